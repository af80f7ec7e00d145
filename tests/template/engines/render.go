// Renders Go's text/template: a line of JSON in (the text and several sets of values), a line of JSON out.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"text/template"
)

type job struct {
	Text   string                   `json:"text"`
	Values []map[string]interface{} `json:"values"`
}

func render(task job) map[string]interface{} {
	parsed, err := template.New("text").Parse(task.Text)
	rendered := []string{}
	for _, values := range task.Values {
		var buffer bytes.Buffer
		if err == nil {
			err = parsed.Execute(&buffer, values)
		}
		rendered = append(rendered, buffer.String())
	}
	if err != nil {
		return map[string]interface{}{"error": err.Error()}
	}
	return map[string]interface{}{"rendered": rendered}
}

func main() {
	decoder, encoder := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var task job
		if decoder.Decode(&task) != nil {
			return
		}
		encoder.Encode(render(task))
	}
}

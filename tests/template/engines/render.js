// Renders EJS and Handlebars: a line of JSON in (the text and several sets of values), a line of JSON out.
const engines = {
  ejs: () => {
    const ejs = require("ejs");
    return (text) => ejs.compile(text);
  },
  handlebars: () => {
    const handlebars = require("handlebars/handlebars.js");
    return (text) => handlebars.compile(text);
  },
};

const compile = engines[process.argv[2]]();
require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const job = JSON.parse(line);
    let answer;
    try {
      const template = compile(job.text);
      answer = { rendered: job.values.map((values) => template(values)) };
    } catch (error) {
      answer = { error: String(error) };
    }
    console.log(JSON.stringify(answer));
  });

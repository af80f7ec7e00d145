# Renders ERB: a line of JSON in (the text and several sets of values), a line of JSON out.
require "erb"
require "json"

class Scope
  def initialize(values)
    values.each { |name, value| instance_variable_set("@#{name}", value) }
    @values = values
  end

  def render(text)
    scope = binding
    @values.each { |name, value| scope.local_variable_set(name, value) }
    ERB.new(text, trim_mode: "-").result(scope)
  end
end

STDOUT.sync = true
STDIN.each_line do |line|
  job = JSON.parse(line)
  answer = begin
    { "rendered" => job["values"].map { |values| Scope.new(values).render(job["text"]) } }
  rescue ScriptError, StandardError => error
    { "error" => error.message }
  end
  puts JSON.generate(answer)
end

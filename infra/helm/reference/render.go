// Renders templates by the real text/template and sprig, for the tests to compare with: what the chart means is decided
// by Go, not by the engine that the tests bring along. In: {"templates": {name: source}, "data": {...}} on stdin.
// Out: {"rendered": {name: text}} or {"error": "..."}.
//
// Built with Debian's golang-go and golang-github-masterminds-sprig-dev, without modules and without a network.
package main

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

type files map[string]string

func (all files) Get(name string) string { return all[name] }

type input struct {
	Templates map[string]string      `json:"templates"`
	Data      map[string]interface{} `json:"data"`
	Files     files                  `json:"files"`
}

// As helm/v3/pkg/engine does it: missing keys are nothing, and "<no value>" is taken out again.
func render(in input) (map[string]string, error) {
	root := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out strings.Builder
		err := root.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, errors.New(message)
		}
		return value, nil
	}
	functions["toYaml"] = func(value interface{}) (string, error) {
		out, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(out), "\n"), err
	}
	functions["fromYaml"] = func(text string) (map[string]interface{}, error) {
		out := map[string]interface{}{}
		return out, yaml.Unmarshal([]byte(text), &out)
	}
	functions["toJson"] = func(value interface{}) (string, error) {
		out, err := json.Marshal(value)
		return string(out), err
	}
	root.Funcs(functions)
	for name, source := range in.Templates {
		if _, err := root.New(name).Parse(source); err != nil {
			return nil, err
		}
	}
	rendered := map[string]string{}
	for name := range in.Templates {
		if strings.HasPrefix(name[strings.LastIndex(name, "/")+1:], "_") {
			continue
		}
		data := map[string]interface{}{}
		for key, value := range in.Data {
			data[key] = value
		}
		folder := name[:strings.Index(name, "/templates/")+len("/templates")]
		data["Template"] = map[string]interface{}{"Name": name, "BasePath": folder}
		data["Files"] = in.Files
		var out strings.Builder
		if err := root.ExecuteTemplate(&out, name, data); err != nil {
			return nil, err
		}
		rendered[name] = strings.ReplaceAll(out.String(), "<no value>", "")
	}
	return rendered, nil
}

func main() {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		panic(err)
	}
	rendered, err := render(in)
	out := map[string]interface{}{"rendered": rendered}
	if err != nil {
		out = map[string]interface{}{"error": err.Error()}
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		panic(err)
	}
}

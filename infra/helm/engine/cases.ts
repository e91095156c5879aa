import type { Mapping } from './values.ts'

/** What the cases below are rendered with. JSON has one kind of number, as values do. */
export const caseData: Mapping = {
  bytes: 268_435_456,
  small: 65_000,
  ratio: 0.25,
  tiny: 0.000_01,
  million: 1_000_000,
  on: true,
  off: false,
  text: 'value',
  map: { b: '2', a: '1' },
  list: ['x', 'y'],
  none: [],
}

/** Templates, and what Go makes of them. The engine is held to it; where Go is installed, so is this list. */
export const cases: readonly [source: string, expected: string][] = [
  // White space.
  ['a {{ "b" }} c', 'a b c'],
  ['a {{- "b" }} c', 'ab c'],
  ['a {{ "b" -}} c', 'a bc'],
  ['a\n{{- /* gone */ -}}\n b', 'ab'],
  ['{{ "}}" }}', '}}'],
  ['{{ `raw "text"` }}', 'raw "text"'],
  // Values as they print: a large number of YAML is a float64.
  ['{{ .bytes }}', '2.68435456e+08'],
  ['{{ .bytes | int64 }}', '268435456'],
  ['{{ .bytes | quote }}', '"2.68435456e+08"'],
  ['{{ .million }} {{ .small }}', '1e+06 65000'],
  ['{{ .ratio }} {{ .tiny }}', '0.25 1e-05'],
  ['{{ 7 }} {{ true }} {{ .missing }}', '7 true '],
  // Control.
  ['{{ if .on }}yes{{ else }}no{{ end }}', 'yes'],
  ['{{ if .none }}yes{{ else if .on }}second{{ else }}no{{ end }}', 'second'],
  ['{{ with .map }}{{ .a }}{{ $.on }}{{ end }}', '1true'],
  ['{{ with .none }}yes{{ else }}nothing{{ end }}', 'nothing'],
  ['{{ range $key, $value := .map }}{{ $key }}={{ $value }};{{ end }}', 'a=1;b=2;'],
  ['{{ range $index, $item := .list }}{{ $index }}{{ $item }}{{ end }}', '0x1y'],
  ['{{ range .list }}{{ . }}{{ $.on }}{{ end }}', 'xtrueytrue'],
  ['{{ range .none }}x{{ else }}empty{{ end }}', 'empty'],
  ['{{ $a := 1 }}{{ if true }}{{ $a = 2 }}{{ end }}{{ $a }}', '2'],
  ['{{ $a := 1 }}{{ if true }}{{ $a := 2 }}{{ end }}{{ $a }}', '1'],
  // Go looks at the second argument only when the first does not decide.
  ['{{ if and .missing .missing.field }}x{{ else }}y{{ end }}', 'y'],
  ['{{ or .missing "b" }}{{ and .on "c" }}{{ not .on }}', 'bcfalse'],
  ['{{ (.map).a }}{{ (dict "k" "v").k }}', '1v'],
  ['{{ .list | join "," | upper | printf "%s!" }}', 'X,Y!'],
  // Functions.
  ['{{ default "d" "" }}{{ default "d" "v" }}{{ default "d" .off }}', 'dvd'],
  ['{{ ternary "y" "n" true }}{{ empty .none }}{{ coalesce "" .missing "z" }}', 'ytruez'],
  ['{{ "a-b-" | trimSuffix "-" | trunc 2 }}', 'a-'],
  ['{{ "a.b.c" | replace "." "-" }} {{ contains "b" "abc" }} {{ hasPrefix "a" "abc" }}', 'a-b-c true true'],
  ['{{ add 1 2 (div 7 2) }} {{ sub 5 2 }} {{ mul 2 3 }}', '6 3 6'],
  ['{{ eq "a" "b" "a" }} {{ ne 1 2 }} {{ lt 1 2 }} {{ ge 2 2 }} {{ gt .bytes .small }}', 'true true true true true'],
  ['{{ len .list }} {{ len "abc" }} {{ len .map }} {{ index .list 1 }} {{ index .map "b" }}', '2 3 2 y 2'],
  ['{{ "a\\nb" | nindent 2 }}', '\n  a\n  b'],
  ['{{ "x" | b64enc }} {{ "x" | sha256sum | trunc 8 }}', 'eA== 2d711642'],
  ['{{ hasKey (dict "a" nil) "a" }} {{ has "y" .list }} {{ kindIs "map" .map }}', 'true true true'],
  ['{{ omit .map "a" | toJson }} {{ toJson .list }}', '{"b":"2"} ["x","y"]'],
  ['{{ toJson (dict "b" 1 "a" (dict "d" true "c" nil)) }}', '{"a":{"c":null,"d":true},"b":1}'],
  ['{{ append .list "z" | join "" }} {{ printf "%s %d %v %q%%" "a" 1 true "b" }}', 'xyz a 1 true "b"%'],
  ['{{ required "needed" .text }} {{ lower "AB" }} {{ toString 7 | quote }} {{ int "12" }}', 'value ab "7" 12'],
  ['{{ $yaml := "a: [1, on]" | fromYaml }}{{ len $yaml.a }}', '2'],
]

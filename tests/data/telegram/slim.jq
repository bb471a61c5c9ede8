# Leaves of the published description what a program can check: names, types and what is required,
# one method or type a line.
def slim: {
  fields: ([.fields[]? | {key: .name, value: .types}] | from_entries),
  required: [.fields[]? | select(.required) | .name],
  subtypes: (.subtypes // []),
  returns: (.returns // [])
} | with_entries(select(.value | length > 0));
def lines: to_entries | map("\(.key | tojson): \(.value | slim | tojson)") | join(",\n");
"{\"version\": \(.version | tojson), \"release_date\": \(.release_date | tojson),",
"\"methods\": {", (.methods | lines), "},",
"\"types\": {", (.types | lines), "}}"

output "verdigris_yaml" {
  description = "What verdigris.yaml needs to know of this."
  value = join("\n", [
    "test:",
    module.test.verdigris_yaml,
    "production:",
    module.production.verdigris_yaml,
    module.operator.verdigris_yaml,
  ])
}

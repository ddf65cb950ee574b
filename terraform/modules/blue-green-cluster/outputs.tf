output "verdigris_yaml" {
  description = "The lines for verdigris.yaml, under sides of the environment."
  value       = join("\n", [for side in module.side : side.verdigris_yaml])
}

output "sides" {
  description = "What the operator takes as sides of an environment."
  value       = [for side in module.side : side.operated]
}

output "task_role_names" {
  description = "Roles that the app's own calls to AWS are allowed by, by side."
  value       = { for colour, side in module.side : colour => side.task_role_name }
}

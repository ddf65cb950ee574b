output "verdigris_yaml" {
  description = "The line for verdigris.yaml, under sides of the environment."
  value       = module.main.verdigris_yaml
}

output "sides" {
  description = "What the operator takes as sides of an environment."
  value       = [module.main.operated]
}

output "task_role_names" {
  description = "Roles that the app's own calls to AWS are allowed by, by side."
  value       = { main = module.main.task_role_name }
}

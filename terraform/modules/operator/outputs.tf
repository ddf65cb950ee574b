output "url" {
  description = "Where the API and the console are."
  value       = "https://${local.host}"
}

output "verdigris_yaml" {
  description = "Lines for verdigris.yaml, of which one is taken: by way of the server, or with AWS credentials of one's own."
  value = join("\n", [
    "control: { server: \"https://${local.host}\" }",
    "control: { table: ${local.table.name}, region: ${local.table.region} }",
  ])
}

output "role_arn" {
  description = "The role that all the operator's calls to AWS are made with; roles in other accounts must trust it."
  value       = aws_iam_role.operator.arn
}

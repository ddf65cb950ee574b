output "verdigris_yaml" {
  description = "A line for verdigris.yaml, under sides of the environment."
  value       = "${var.side}: { runtime: ecs, cluster: ${aws_ecs_cluster.this.name}, service: ${aws_ecs_service.this.name}, loadBalancer: \"${aws_lb.this.arn}\", container: ${var.app.container}, taskDefinition: ${aws_ecs_task_definition.template.family} }"
}

output "operated" {
  description = "What the operator's permissions are computed from: an element of sides of its variable environments."
  value = {
    cluster_arn          = aws_ecs_cluster.this.arn
    service_arn          = aws_ecs_service.this.id
    tasks_arn            = "${replace(aws_ecs_cluster.this.arn, ":cluster/", ":task/")}/*"
    task_definitions_arn = "${aws_ecs_task_definition.placeholder.arn_without_revision}:*"
    passed_role_arns     = [aws_iam_role.task.arn, aws_iam_role.execution.arn]
    log_group_arns       = ["${aws_cloudwatch_log_group.app.arn}:*"]
  }
}

output "task_role_name" {
  description = "The role that the app's own calls to AWS are allowed by."
  value       = aws_iam_role.task.name
}

output "load_balancer_arn" {
  description = "The side's load balancer."
  value       = aws_lb.this.arn
}

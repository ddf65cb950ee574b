output "network" {
  description = "What the other modules take as their variable network."
  value = {
    vpc_id                   = aws_vpc.this.id
    load_balancer_subnet_ids = aws_subnet.public[*].id
    task_subnet_ids          = local.nats > 0 ? aws_subnet.tasks[*].id : aws_subnet.public[*].id
    task_public_addresses    = local.nats == 0
  }
}

# A group of instances that ECS sizes by what its tasks need, and that are emptied before they end.

resource "aws_autoscaling_group" "instances" {
  count = var.instances == null ? 0 : 1

  name_prefix           = "${var.cluster_name}-"
  vpc_zone_identifier   = var.network.task_subnet_ids
  min_size              = var.instances.min_instances
  max_size              = var.instances.max_instances
  protect_from_scale_in = true
  # On an update Terraform waits for exactly the number that it knows, which ECS may have changed.
  wait_for_capacity_timeout = "0"

  launch_template {
    id      = aws_launch_template.instances[0].id
    version = aws_launch_template.instances[0].latest_version
  }

  # ECS puts it on the group of a capacity provider, and an apply would take it off.
  tag {
    key                 = "AmazonECSManaged"
    value               = "true"
    propagate_at_launch = true
  }

  lifecycle {
    # ECS sets it.
    ignore_changes = [desired_capacity]
  }

  # What instances need for as long as there are any.
  depends_on = [aws_iam_role_policy.instances, aws_vpc_security_group_egress_rule.from_instances]
}

resource "aws_ecs_capacity_provider" "instances" {
  count = var.instances == null ? 0 : 1

  # Such a name can't begin with aws, ecs or fargate (ECS API, CreateCapacityProvider).
  name = "instances-${var.cluster_name}"

  auto_scaling_group_provider {
    auto_scaling_group_arn = aws_autoscaling_group.instances[0].arn
    managed_draining       = "ENABLED"
    # ECS takes the protection off an instance that has no task left.
    managed_termination_protection = "ENABLED"

    managed_scaling {
      status          = "ENABLED"
      target_capacity = 100
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "instances" {
  count = var.instances == null ? 0 : 1

  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = [aws_ecs_capacity_provider.instances[0].name]
}

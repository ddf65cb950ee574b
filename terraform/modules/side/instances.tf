# One of the cluster's own instances, for tasks that Fargate doesn't suit. Nothing here replaces an
# instance that runs: a new image or type is for those that are started later.

data "aws_ssm_parameter" "image" {
  count = var.instances == null ? 0 : 1

  name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/${var.instances.hardware == "ARM64" ? "arm64/" : ""}recommended/image_id"
}

resource "aws_launch_template" "instances" {
  count = var.instances == null ? 0 : 1

  name_prefix            = "${var.cluster_name}-"
  image_id               = data.aws_ssm_parameter.image[0].insecure_value
  instance_type          = var.instances.instance_type
  vpc_security_group_ids = [aws_security_group.instances[0].id]

  # Tasks have network interfaces of their own, so that the hop limit alone doesn't keep them from the
  # instance's role (ECS Developer Guide, "Amazon EC2 container instance security considerations").
  user_data = base64encode(<<-SCRIPT
    #!/bin/bash
    echo ECS_CLUSTER=${aws_ecs_cluster.this.name} >> /etc/ecs/ecs.config
    echo ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config
    SCRIPT
  )

  iam_instance_profile {
    arn = aws_iam_instance_profile.instances[0].arn
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    # The image needs at least 30 GiB.
    ebs {
      encrypted   = true
      volume_size = 30
      volume_type = "gp3"
    }
  }
}

# Checked in the module side, which takes them all.

variable "cluster_name" {
  type        = string
  description = "Name of the cluster, such as rainbow-test. A cluster keeps the name it was made with."
}

variable "service_name" {
  type        = string
  description = "Name of the service in the cluster. A side keeps the name it was made with."
}

variable "network" {
  type = object({
    vpc_id                   = string
    load_balancer_subnet_ids = list(string)
    task_subnet_ids          = list(string)
    task_public_addresses    = optional(bool, false)
  })
  description = "Where the side is. Tasks in public subnets need public addresses to get out."
}

variable "app" {
  type = object({
    image                    = string
    repository_arn           = optional(string)
    container                = optional(string, "app")
    port                     = optional(number, 8080)
    cpu                      = optional(number, 256)
    memory_mib               = optional(number, 512)
    architecture             = optional(string, "X86_64")
    environment              = optional(map(string), {})
    secrets                  = optional(map(string), {})
    command                  = optional(list(string))
    readonly_root_filesystem = optional(bool, false)
    stop_timeout_seconds     = optional(number, 30)
  })
  description = "What the app wants of its tasks. A change ships with the next release. Of the image the repository counts: each deployment puts the release's digest in place of the tag. repository_arn: the ECR repository to pull from. secrets: names to what valueFrom of a task definition takes of Secrets Manager. container and port stay as the side was made with."
}

variable "load_balancer" {
  type = object({
    certificate_arns    = list(string)
    internal            = optional(bool, false)
    dual_stack          = optional(bool, false)
    client_cidrs        = optional(list(string), ["0.0.0.0/0"])
    client_ipv6_cidrs   = optional(list(string), ["::/0"])
    ssl_policy          = optional(string, "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")
    deletion_protection = optional(bool, true)
    access_logs         = optional(object({ bucket = string, prefix = optional(string) }))
  })
  description = "How visitors reach the side. The certificates must be valid for record and preview; the first is the listener's own. client_ipv6_cidrs counts with dual_stack only."
}

variable "health_path" {
  type        = string
  description = "Path that answers 200 when a task is well: build.health of verdigris.yaml."
  default     = "/health"
}

variable "instances" {
  type = object({
    instance_type = string
    hardware      = optional(string, "STANDARD")
    min_instances = optional(number, 0)
    max_instances = number
  })
  description = "Instances to run tasks on; null: Fargate. hardware: STANDARD for x86, ARM64 for Graviton. ECS sets how many there are. A side stays on what it was made with, unless its service is replaced."
  default     = null
}

variable "scaling" {
  type = object({
    min_tasks           = number
    max_tasks           = number
    cpu_percent         = optional(number, 60)
    requests_per_minute = optional(number)
  })
  description = "Bounds between which the number of tasks follows the load; null: the operator alone sets it. min_tasks should not be below tasks of the environment in verdigris.yaml."
  default     = null
}

variable "placeholder" {
  type        = object({ image = string, command = optional(list(string)) })
  description = "What runs before the first deployment, answering 200 on the app's port on every path; null: nginx from Amazon's public registry."
  default     = null
}

variable "log_retention_days" {
  type        = number
  description = "How long the app's log is kept, in days."
  default     = 90
}

variable "health_check_grace_period_seconds" {
  type        = number
  description = "How long a task that just started may fail the load balancer's checks."
  default     = 60
}

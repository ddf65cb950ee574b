variable "name" {
  type        = string
  description = "Name tag of the network and its parts."
  default     = "verdigris"
}

variable "cidr_block" {
  type        = string
  description = "Addresses of the network; each subnet gets a sixteenth of them."
  default     = "10.0.0.0/16"
}

variable "availability_zones" {
  type        = number
  description = "In how many availability zones, 2 to 4: a load balancer wants subnets in two."
  default     = 2

  validation {
    condition     = var.availability_zones >= 2 && var.availability_zones <= 4
    error_message = "A load balancer needs subnets in at least 2 zones; the addresses are shared out for 4 at most."
  }
}

variable "nat_gateways" {
  type        = number
  description = "How many NAT gateways; null for one per zone. 1 saves money and makes every task depend on one zone. With 0 there are only public subnets, and tasks get public addresses."
  default     = null

  validation {
    condition     = var.nat_gateways == null ? true : var.nat_gateways >= 0 && var.nat_gateways <= var.availability_zones
    error_message = "There can be no more NAT gateways than zones."
  }
}

variable "dual_stack" {
  type        = bool
  description = "Whether the network has IPv6 as well, which load balancers need to be dualstack."
  default     = false
}

variable "flow_log_retention_days" {
  type        = number
  description = "How long the log of all flows is kept, in days; 0 for no log."
  default     = 30
}

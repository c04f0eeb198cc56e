"""Work: tasks, service requests, and the work orders that gather tasks."""

from workorders.models.orders import WorkOrder, WorkOrderCounter
from workorders.models.requests import ServiceRequest, ServiceRequestKind
from workorders.models.tasks import Task

__all__ = ["ServiceRequest", "ServiceRequestKind", "Task", "WorkOrder", "WorkOrderCounter"]

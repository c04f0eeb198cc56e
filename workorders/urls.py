"""The routes of workorders, each by hand."""

from django.urls import path

from workorders.views import order, orders, request, requests, task, tasks

app_name = "workorders"
urlpatterns = [
    # Tasks
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/new/", task.task_new, name="task_new"),
    path("tasks/<int:pk>/", task.task, name="task"),
    path("tasks/<int:pk>/edit/", task.task_edit, name="task_edit"),
    path("tasks/<int:pk>/finish/", task.task_finish, name="task_finish"),
    path("tasks/<int:pk>/state/", task.task_state, name="task_state"),
    path("tasks/<int:pk>/move/", task.task_move, name="task_move"),
    path("folders/<int:pk>/tasks/", tasks.folder_tasks, name="folder_tasks"),
    path("spots/<int:pk>/tasks/", tasks.spot_tasks, name="spot_tasks"),
    path("customers/<int:pk>/tasks/", tasks.customer_tasks, name="customer_tasks"),
    # Service requests
    path("requests/", requests.request_list, name="requests"),
    path("requests/new/", request.request_new, name="request_new"),
    path("requests/<int:pk>/", request.service_request, name="request"),
    path("requests/<int:pk>/edit/", request.request_edit, name="request_edit"),
    path("requests/<int:pk>/take/", request.request_take, name="request_take"),
    path("requests/<int:pk>/finish/", request.request_finish, name="request_finish"),
    path("requests/<int:pk>/forward/", request.request_forward, name="request_forward"),
    path("requests/<int:pk>/state/", request.request_state, name="request_state"),
    path("requests/<int:pk>/place/", request.request_place, name="request_place"),
    path("folders/<int:pk>/requests/", requests.folder_requests, name="folder_requests"),
    path("spots/<int:pk>/requests/", requests.spot_requests, name="spot_requests"),
    path("customers/<int:pk>/requests/", requests.customer_requests, name="customer_requests"),
    # Work orders
    path("work-orders/", orders.order_list, name="orders"),
    path("work-orders/choices/", orders.order_choices, name="order_choices"),
    path("work-orders/new/", order.order_new, name="order_new"),
    path("work-orders/<int:pk>/", order.order, name="order"),
    path("work-orders/<int:pk>/edit/", order.order_edit, name="order_edit"),
    path("work-orders/<int:pk>/close/", order.order_close, name="order_close"),
    path("work-orders/<int:pk>/reopen/", order.order_reopen, name="order_reopen"),
    path("work-orders/<int:pk>/tasks/add/", order.order_add_tasks, name="order_add_tasks"),
    path("customers/<int:pk>/work-orders/", orders.customer_orders, name="customer_orders"),
]

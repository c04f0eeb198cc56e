"""The routes of reports, each by hand."""

from django.urls import path

from reports.views import customers, orders, rows

app_name = "reports"
urlpatterns = [
    path("reports/customers/", customers.customers, name="customers"),
    path("reports/customers/sum/", customers.company_sum, name="company_sum"),
    path("reports/work-orders/", orders.orders, name="orders"),
    path("reports/rows/", rows.rows, name="rows"),
    path("customers/<int:pk>/report/", customers.customer, name="customer"),
    path("customers/<int:pk>/report/months/", customers.months, name="customer_months"),
    path("work-orders/<int:pk>/report/", orders.order, name="order"),
]

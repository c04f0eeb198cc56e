"""What a worker does behind the page (`manage.py db_worker`)."""

from django.tasks import task

from customers.importing import running


@task()
def import_upload(pk: int) -> None:
    running.run(pk)

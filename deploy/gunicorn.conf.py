"""How gunicorn serves the program behind nginx. Times are in seconds."""

import multiprocessing

wsgi_app = "spotilla.wsgi:application"
bind = "127.0.0.1:8000"  # nginx alone; others on the network come by HTTPS

# A process a core and one more; each uses up to 300 MB while it reads a large workbook. While one thread of a process
# waits for the database, another answers.
workers = min(multiprocessing.cpu_count() + 1, 8)
threads = 4
timeout = 120  # for a process that has stopped answering at all, and as long as nginx waits
graceful_timeout = 30
max_requests, max_requests_jitter = 2000, 200  # then a process begins anew, so that its memory does not only grow

limit_request_line = 8190  # the address of a list holds all its filters
control_socket_disable = True

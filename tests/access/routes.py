"""Every address of the office in one table, with the rights it needs.

`needs`: without any one of them the answer is 403. `sees`: what must be seen to find the object; without it, 404.
"""

from __future__ import annotations

from typing import NamedTuple


class Route(NamedTuple):
    needs: tuple[str, ...]
    of: tuple[str, ...] = ()  # what stands in the address: rows of the world in test_every_url.py
    sees: tuple[str, ...] = ()
    post: bool = False  # takes POST alone
    answer: int = 200  # to the office
    query: str = ""


FOLDER, SPOT = "folders.view_folder", "folders.view_spot"
CUSTOMER, CONTACT, ATTACHMENT = "customers.view_customer", "customers.view_contact", "customers.view_attachment"
LINK = "customers.view_customercontact"
TASK, REQUEST, ORDER = "workorders.view_task", "workorders.view_servicerequest", "workorders.view_workorder"

# Open to who is not logged in, or to everybody who is: named with the reason.
WITHOUT_RIGHTS = {
    "login": "where everybody comes in",
    "admin_login": "leads there",
    "logout": "everybody may leave",
    "language": "the log-in page has it too",
    "admin_texts": "texts alone, of the admin's scripts",
    "password_change": "of one's own",
    "password_change_done": "of one's own",
    "password_reset": "who has forgotten the password cannot log in",
    "password_reset_done": "likewise",
    "password_reset_confirm": "the link is the right",
    "password_reset_complete": "likewise",
    "home": "leads to the first page that the reader may see",
    "search": "finds what the reader may see",
}
FORGOTTEN = {f"password_reset{step}" for step in ("", "_done", "_confirm", "_complete")}
OPEN = {"login", "admin_login", "logout", "language", "admin_texts"} | FORGOTTEN
OPEN_ARGUMENTS = {"password_reset_confirm": ("MQ", "no-token")}

ROUTES = {
    # Folders and spots
    "folders:list": Route((FOLDER,)),
    "folders:new": Route(("folders.add_folder",)),
    "folders:folder_choices": Route((FOLDER,)),
    "folders:detail": Route((FOLDER,), ("folder",)),
    "folders:branch": Route((FOLDER,), ("folder",)),
    "folders:folder_spots": Route((FOLDER, SPOT), ("folder",)),
    "folders:history": Route((FOLDER,), ("folder",)),
    "folders:new_below": Route(("folders.add_folder",), ("folder",), (FOLDER,)),
    "folders:new_spot": Route(("folders.add_spot",), ("folder",), (FOLDER,)),
    "folders:edit": Route(("folders.change_folder",), ("folder",), (FOLDER,)),
    "folders:move": Route(("folders.change_folder",), ("folder",), (FOLDER,)),
    "folders:delete": Route(("folders.delete_folder",), ("folder",), (FOLDER,)),
    "folders:spots": Route((SPOT,)),
    "folders:spot_choices": Route((SPOT,)),
    "folders:spot": Route((SPOT,), ("spot",)),
    "folders:edit_spot": Route(("folders.change_spot",), ("spot",), (SPOT,)),
    "folders:move_spot": Route(("folders.change_spot",), ("spot",), (SPOT,)),
    "folders:delete_spot": Route(("folders.delete_spot",), ("spot",), (SPOT,)),
    "folders:export": Route((FOLDER,)),
    "folders:import": Route(("folders.add_folder",)),
    "folders:import_template": Route(("folders.add_folder",)),
    "folders:imports": Route(("folders.add_folder",)),
    "folders:import_preview": Route(("folders.add_folder",), ("folders_upload",)),
    "folders:import_progress": Route(("folders.add_folder",), ("folders_upload",), answer=302),
    "folders:import_cancel": Route(("folders.add_folder",), ("folders_upload",), post=True, answer=302),
    "folders:import_choose": Route(("folders.add_folder",), ("folders_upload",), post=True, answer=400),
    "folders:import_headings": Route(("folders.add_folder",), ("folders_upload",)),
    "folders:import_problems": Route(("folders.add_folder",), ("folders_upload",)),
    "folders:import_wrong_rows": Route(("folders.add_folder",), ("folders_upload",)),
    "folders:import_marked": Route(("folders.add_folder",), ("folders_upload",)),
    "folders:import_undo": Route(("folders.add_folder",), ("folders_imported",)),
    "folders:spots_export": Route((SPOT, FOLDER)),
    "folders:spots_import": Route(("folders.add_spot",)),
    "folders:spots_import_template": Route(("folders.add_spot",)),
    "folders:spots_imports": Route(("folders.add_spot",)),
    "folders:spots_import_preview": Route(("folders.add_spot",), ("spots_upload",)),
    "folders:spots_import_progress": Route(("folders.add_spot",), ("spots_upload",), answer=302),
    "folders:spots_import_cancel": Route(("folders.add_spot",), ("spots_upload",), post=True, answer=302),
    "folders:spots_import_choose": Route(("folders.add_spot",), ("spots_upload",), post=True, answer=400),
    "folders:spots_import_headings": Route(("folders.add_spot",), ("spots_upload",)),
    "folders:spots_import_problems": Route(("folders.add_spot",), ("spots_upload",)),
    "folders:spots_import_wrong_rows": Route(("folders.add_spot",), ("spots_upload",)),
    "folders:spots_import_marked": Route(("folders.add_spot",), ("spots_upload",)),
    "folders:spots_import_undo": Route(("folders.add_spot",), ("spots_imported",)),
    # Customers
    "customers:list": Route((CUSTOMER,)),
    "customers:customer_choices": Route((CUSTOMER,)),
    "customers:new": Route(("customers.add_customer",)),
    "customers:detail": Route((CUSTOMER,), ("customer",)),
    "customers:edit": Route(("customers.change_customer",), ("customer",), (CUSTOMER,)),
    "customers:close": Route(("customers.change_customer",), ("customer",), (CUSTOMER,)),
    "customers:reopen": Route(("customers.change_customer",), ("closed",), (CUSTOMER,), post=True, answer=302),
    "customers:delete": Route(("customers.delete_customer",), ("customer",), (CUSTOMER,)),
    "customers:log": Route((CUSTOMER,), ("customer",)),
    # Import
    "customers:export": Route(("customers.view_customer",)),
    "customers:import": Route(("customers.add_customer",)),
    "customers:import_template": Route(("customers.add_customer",)),
    "customers:imports": Route(("customers.add_customer",)),
    "customers:import_preview": Route(("customers.add_customer",), ("upload",)),
    "customers:import_progress": Route(("customers.add_customer",), ("upload",), answer=302),
    "customers:import_cancel": Route(("customers.add_customer",), ("upload",), post=True, answer=302),
    "customers:import_undo": Route(("customers.add_customer",), ("imported",)),
    "customers:import_choose": Route(("customers.add_customer",), ("upload",), post=True, answer=400),
    "customers:import_headings": Route(("customers.add_customer",), ("upload",)),
    "customers:import_problems": Route(("customers.add_customer",), ("upload",)),
    "customers:import_wrong_rows": Route(("customers.add_customer",), ("upload",)),
    "customers:import_marked": Route(("customers.add_customer",), ("upload",)),
    # Attachments
    "customers:folders": Route((ATTACHMENT,), ("customer",), (CUSTOMER,)),
    "customers:attach": Route(("customers.add_attachment",), ("customer",), (CUSTOMER,)),
    "customers:attach_customer": Route(("customers.add_attachment",), ("folder",), (FOLDER,)),
    "customers:redate": Route(("customers.change_attachment",), ("later",), (ATTACHMENT, CUSTOMER)),
    "customers:detach": Route(("customers.change_attachment",), ("later",), (ATTACHMENT, CUSTOMER)),
    "customers:hand_over": Route(("customers.change_attachment",), ("later",), (ATTACHMENT, CUSTOMER)),
    "customers:redate_hand_over": Route(("customers.change_attachment",), ("earlier", "later"), (ATTACHMENT, CUSTOMER)),
    # Contacts
    "customers:customer_contacts": Route((CONTACT, LINK), ("customer",), (CUSTOMER,)),
    "customers:add_contact": Route(("customers.change_customer",), ("customer",), (CUSTOMER,)),
    "customers:add_new_contact": Route(
        ("customers.change_customer", "customers.add_contact"), ("customer",), (CUSTOMER,)
    ),
    "customers:change_role": Route(("customers.change_customer",), ("customer", "link"), (CUSTOMER, CONTACT, LINK)),
    "customers:remove_contact": Route(("customers.change_customer",), ("customer", "link"), (CUSTOMER, CONTACT, LINK)),
    "customers:contacts": Route((CONTACT,)),
    "customers:contacts_export": Route((CONTACT,)),
    "customers:contacts_import": Route(("customers.add_contact",)),
    "customers:contacts_import_template": Route(("customers.add_contact",)),
    "customers:contacts_imports": Route(("customers.add_contact",)),
    "customers:contacts_import_preview": Route(("customers.add_contact",), ("contacts_upload",)),
    "customers:contacts_import_progress": Route(("customers.add_contact",), ("contacts_upload",), answer=302),
    "customers:contacts_import_cancel": Route(("customers.add_contact",), ("contacts_upload",), post=True, answer=302),
    "customers:contacts_import_choose": Route(("customers.add_contact",), ("contacts_upload",), post=True, answer=400),
    "customers:contacts_import_headings": Route(("customers.add_contact",), ("contacts_upload",)),
    "customers:contacts_import_problems": Route(("customers.add_contact",), ("contacts_upload",)),
    "customers:contacts_import_wrong_rows": Route(("customers.add_contact",), ("contacts_upload",)),
    "customers:contacts_import_marked": Route(("customers.add_contact",), ("contacts_upload",)),
    "customers:contacts_import_undo": Route(("customers.add_contact",), ("contacts_imported",)),
    "customers:contact_choices": Route((CONTACT,)),
    "customers:contact_new": Route(("customers.add_contact",)),
    "customers:contact": Route((CONTACT,), ("contact",)),
    "customers:contact_edit": Route(("customers.change_contact",), ("contact",), (CONTACT,)),
    "customers:contact_delete": Route(("customers.delete_contact",), ("contact",), (CONTACT,)),
    "customers:contact_log": Route((CONTACT,), ("contact",)),
    # Tasks
    "workorders:tasks": Route((TASK,)),
    "workorders:task_new": Route(("workorders.add_task",)),
    "workorders:task": Route((TASK,), ("task",)),
    "workorders:task_edit": Route(("workorders.change_task",), ("task",), (TASK,)),
    "workorders:task_finish": Route(("workorders.change_task",), ("task",), (TASK,)),
    "workorders:task_state": Route(("workorders.change_task",), ("task",), (TASK,), post=True, answer=422),
    "workorders:task_move": Route(("workorders.change_task",), ("task",), (TASK,)),
    "workorders:folder_tasks": Route((FOLDER, TASK), ("folder",)),
    "workorders:spot_tasks": Route((SPOT, TASK), ("spot",)),
    "workorders:customer_tasks": Route((CUSTOMER, TASK), ("customer",)),
    # Service requests
    "workorders:requests": Route((REQUEST,)),
    "workorders:request_new": Route(("workorders.add_servicerequest",)),
    "workorders:request": Route((REQUEST,), ("request",)),
    "workorders:request_edit": Route(("workorders.change_servicerequest",), ("request",), (REQUEST,)),
    "workorders:request_take": Route(("workorders.change_servicerequest",), ("request",), (REQUEST,)),
    "workorders:request_finish": Route(("workorders.change_servicerequest",), ("request",), (REQUEST,)),
    "workorders:request_forward": Route(("workorders.change_servicerequest",), ("request",), (REQUEST,)),
    "workorders:request_state": Route(
        ("workorders.change_servicerequest",), ("request",), (REQUEST,), post=True, answer=422
    ),
    "workorders:request_place": Route(("workorders.change_servicerequest",), ("request",), (REQUEST,)),
    "workorders:folder_requests": Route((FOLDER, REQUEST), ("folder",)),
    "workorders:spot_requests": Route((SPOT, REQUEST), ("spot",)),
    "workorders:customer_requests": Route((CUSTOMER, REQUEST), ("customer",)),
    # Work orders
    "workorders:orders": Route((ORDER,)),
    "workorders:order_choices": Route((ORDER,)),
    "workorders:order_new": Route(("workorders.add_workorder",)),
    "workorders:order": Route((ORDER,), ("order",)),
    "workorders:order_edit": Route(("workorders.change_workorder",), ("order",), (ORDER,)),
    "workorders:order_close": Route(("workorders.change_workorder",), ("order",), (ORDER,)),
    "workorders:order_reopen": Route(
        ("workorders.change_workorder",), ("closed_order",), (ORDER,), post=True, answer=422
    ),
    "workorders:order_add_tasks": Route((ORDER, "workorders.change_task"), ("order",)),
    "workorders:customer_orders": Route((CUSTOMER, ORDER), ("customer",)),
    # Reports
    "reports:customers": Route((CUSTOMER,)),
    "reports:company_sum": Route((CUSTOMER,)),
    "reports:customer": Route((CUSTOMER,), ("customer",)),
    "reports:customer_months": Route((CUSTOMER,), ("customer",)),
    "reports:orders": Route((ORDER,)),
    "reports:order": Route((ORDER,), ("order",)),
    "reports:rows": Route((CUSTOMER,), query="measure=done&whose=owned"),
}

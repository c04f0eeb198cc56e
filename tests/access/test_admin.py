"""The admin keeps the office's rules: same rows, same refusals, and nothing with a history is changed there."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Role, User
from customers.models import Attachment, Change, Contact, Customer, CustomerContact
from customers.ownership import attach, close_customer, move_folder
from folders.models import Folder, Operation, Placement, Spot, SpotPlacement
from tests import factories
from tests.pages import send, version
from workorders.models import ServiceRequest, ServiceRequestKind, Task, WorkOrder

EDITED = [User, Role, Folder, Spot, Customer, Contact, WorkOrder, Task, ServiceRequest, ServiceRequestKind]
LOOKED_AT = [Attachment, Change, Operation, Placement, SpotPlacement]
OFFICE_FORMS = {  # where “add” leads
    Folder: "folders:new",
    Spot: "folders:list",
    Customer: "customers:new",
    Contact: "customers:contact_new",
    WorkOrder: "workorders:order_new",
    Task: "workorders:task_new",
    ServiceRequest: "workorders:request_new",
}

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def world(office: User) -> dict[type[Model], Model]:
    """One row of each model, with a history."""
    above, folder = factories.folder("Isännöinti"), factories.folder("Puistola")
    move_folder(folder, above, date(2026, 1, 1), by=office)
    spot = factories.spot(folder, "Pumppu")
    customer = factories.customer("As Oy Puistola", customer_number="7")
    attachment = attach(customer, folder, by=office)
    contact = Contact.objects.create(name="Åsa Öberg")
    CustomerContact.objects.create(contact=contact, customer=customer)
    order = factories.order(of=customer)
    rows: list[Model] = [
        *(office, factories.role(), folder, spot, customer, contact, order, attachment, factories.kind()),
        *(factories.task(spot, done_on=date(2026, 2, 1)), factories.request(spot)),
        *(
            customer.changes.latest("pk"),
            Operation.objects.latest("number"),
            folder.placements.latest("since"),
            spot.placements.get(),
        ),
    ]
    return {type(row): row for row in rows}


def page(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def staff(email: str, *rights: str) -> Client:
    client = Client()
    client.force_login(factories.user(email, *rights, is_staff=True))
    return client


# ---- pages -----------------------------------------------------------------------------------------------------------


def test_every_model_that_people_edit_or_look_at_is_there_and_no_bare_group() -> None:
    assert {model for model in apps.get_models() if admin.site.is_registered(model)} == {*EDITED, *LOOKED_AT}


@pytest.mark.parametrize("model", [*EDITED, *LOOKED_AT])
def test_each_list_and_each_row_can_be_looked_at(
    office_client: Client, world: dict[type[Model], Model], model: type[Model]
) -> None:
    for address in (page(model, "changelist"), page(model, "change", world[model].pk)):
        response = office_client.get(address)
        assert response.status_code == 200
        assert "delete_selected" not in response.text
        assert inline(response.text) == []
        assert response["Content-Security-Policy"].startswith("default-src 'self'")


def inline(html: str) -> list[str]:
    """What the content security policy would keep from working."""
    scripts = [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag and "application/json" not in tag]
    return scripts + re.findall(r"<[^>]+\s(?:style|on[a-z]+)=[^>]*>", html)


@pytest.mark.parametrize("model", [*EDITED, *LOOKED_AT])
def test_only_staff_comes_in(colleague_client: Client, world: dict[type[Model], Model], model: type[Model]) -> None:
    for address in (page(model, "changelist"), page(model, "change", world[model].pk)):
        assert Client().get(address)["Location"] == f"{reverse('admin:login')}?next={address}"
        assert colleague_client.get(address).status_code == 302


@pytest.mark.parametrize("model", [*EDITED, *LOOKED_AT])
def test_staff_without_the_right_to_view_sees_nothing(world: dict[type[Model], Model], model: type[Model]) -> None:
    client = staff("muu@spotilla.example", "sheets.view_upload")
    assert client.get(page(model, "changelist")).status_code == 403
    assert client.get(page(model, "change", world[model].pk)).status_code in {302, 403}


@pytest.mark.parametrize("model", EDITED)
def test_staff_with_the_right_to_view_alone_changes_nothing(
    world: dict[type[Model], Model], model: type[Model]
) -> None:
    client = staff("katselija2@spotilla.example", "view")
    assert client.get(page(model, "change", world[model].pk)).status_code == 200
    assert client.post(page(model, "change", world[model].pk), {"name": "Muu"}).status_code == 403
    assert client.get(page(model, "add")).status_code == 403
    assert client.post(page(model, "delete", world[model].pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", LOOKED_AT)
def test_what_the_operations_write_can_only_be_looked_at(
    office_client: Client, world: dict[type[Model], Model], model: type[Model]
) -> None:
    row = world[model]
    assert office_client.get(page(model, "add")).status_code == 403
    assert office_client.post(page(model, "change", row.pk), {"since": "2020-01-01"}).status_code == 403
    assert office_client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("model", "form"), OFFICE_FORMS.items())
def test_adding_leads_to_the_offices_form(office_client: Client, model: type[Model], form: str) -> None:
    response = office_client.get(page(model, "add"))
    assert (response.status_code, response["Location"]) == (302, reverse(form))


def test_the_page_leads_to_the_offices_forms(office_client: Client, world: dict[type[Model], Model]) -> None:
    for model, name in (
        (Folder, "folders:move"),
        (Spot, "folders:move_spot"),
        (Customer, "customers:close"),
        (Attachment, "customers:hand_over"),
        (WorkOrder, "workorders:order"),
        (Task, "workorders:task"),
        (ServiceRequest, "workorders:request"),
    ):
        html = office_client.get(page(model, "change", world[model].pk)).text
        assert f'href="{reverse(name, args=[world[model].pk])}"' in html


def test_no_form_is_offered_without_the_right_to_it(world: dict[type[Model], Model]) -> None:
    html = staff("katselija2@spotilla.example", "view").get(page(Folder, "change", world[Folder].pk)).text
    assert reverse("folders:detail", args=[world[Folder].pk]) in html
    assert reverse("folders:move", args=[world[Folder].pk]) not in html


def test_the_admin_speaks_the_users_language(office: User, office_client: Client) -> None:
    headings = {}
    for language in ("fi", "sv", "en"):
        User.objects.filter(pk=office.pk).update(language=language)
        html = office_client.get(page(Folder, "changelist")).text
        headings[language] = re.findall(r'<a href="/admin/">(.*?)</a>', html)[-1]
    assert headings == {"fi": "Etusivu", "sv": "Hem", "en": "Home"}


def test_open_ends_are_said_in_words_and_the_last_day_is_in_the_days(office: User, office_client: Client) -> None:
    User.objects.filter(pk=office.pk).update(language="en")
    customer, folder = factories.customer(), factories.folder()
    attach(customer, folder, until=date(2026, 4, 1), by=office)
    attach(customer, folder, date(2026, 4, 1), by=office)
    html = office_client.get(page(Attachment, "changelist")).text
    days = re.findall(r'<td class="field-(?:first|last)_day">(.*?)</td>', html)
    assert days == ["1.4.2026", "until further notice", "always", "31.3.2026"]


def test_rows_are_found_without_accents(office_client: Client, world: dict[type[Model], Model]) -> None:
    html = office_client.get(page(Contact, "changelist"), {"q": "oberg"}).text
    assert "Åsa Öberg" not in html  # ö is a letter of its own
    assert "Åsa Öberg" in office_client.get(page(Contact, "changelist"), {"q": "åsa öB"}).text


# ---- rules -----------------------------------------------------------------------------------------------------------


def test_a_folder_is_renamed_with_its_keys_and_stays_in_its_place(
    office_client: Client, world: dict[type[Model], Model]
) -> None:
    folder, other = Folder.objects.get(name="Puistola"), factories.folder("Muualla")
    typed = {"name": "  Öljymäki ", "description": "", "parent": other.pk}
    response = send(office_client, page(Folder, "change", folder.pk), typed)
    assert response.status_code == 302
    after = Folder.objects.get(pk=folder.pk)
    assert (after.name, after.search_key, after.parent) == ("Öljymäki", "}ljym|ki", folder.parent)


def test_a_folders_name_that_does_not_fit_a_path_is_refused_with_the_offices_sentence(
    office_client: Client, world: dict[type[Model], Model]
) -> None:
    folder = Folder.objects.get(name="Puistola")
    data = {"name": "A / B", "description": ""}
    with translation.override("fi"):
        sentence = str(
            next(c for c in Folder._meta.constraints if c.name == "folder_name_fits_a_path").violation_error_message
        )
    assert sentence in send(office_client, page(Folder, "change", folder.pk), data).text
    assert sentence in send(office_client, reverse("folders:edit", args=[folder.pk]), data).text
    assert Folder.objects.get(pk=folder.pk).name == "Puistola"


def test_a_folder_with_a_history_is_not_deleted_and_the_admin_says_why(
    office_client: Client, world: dict[type[Model], Model]
) -> None:
    folder = Folder.objects.get(name="Puistola")
    assert office_client.get(page(Folder, "delete", folder.pk)).status_code == 200
    response = office_client.post(page(Folder, "delete", folder.pk), {"post": "yes"}, follow=True)
    assert response.redirect_chain == [(page(Folder, "change", folder.pk), 302)]
    office = office_client.post(reverse("folders:delete", args=[folder.pk]))
    (sentence,) = re.findall(r'class="error">([^<]+)<', response.text)
    assert sentence in office.text
    assert Folder.objects.filter(pk=folder.pk).exists()


def test_a_folder_that_nothing_refers_to_is_deleted_and_remembered(office: User, office_client: Client) -> None:
    folder = factories.folder("Turha")
    assert office_client.post(page(Folder, "delete", folder.pk), {"post": "yes"}).status_code == 302
    assert not Folder.objects.filter(pk=folder.pk).exists()
    operation = Operation.objects.latest("number")
    assert (operation.kind, operation.user, operation.arguments) == ("delete_folder", office, {"folder": folder.pk})


def test_a_spot_with_work_is_not_deleted_and_another_is(office_client: Client, world: dict[type[Model], Model]) -> None:
    busy, idle = world[Spot], factories.spot(factories.folder(), "Turha")
    response = office_client.post(page(Spot, "delete", busy.pk), {"post": "yes"})
    assert said(response) == [translated("Work has been recorded on the spot; mark it removed instead.")]
    assert Spot.objects.filter(pk=busy.pk).exists()
    office_client.post(page(Spot, "delete", idle.pk), {"post": "yes"})
    assert not Spot.objects.filter(pk=idle.pk).exists()


def translated(text: str) -> str:
    with translation.override("fi"):
        return translation.gettext(text)


def customer_data(customer: Customer, **fields: Any) -> dict[str, Any]:
    return {
        "name": customer.name,
        "customer_type": "company",
        "country": "FI",
        "contact_links-TOTAL_FORMS": 0,
        "contact_links-INITIAL_FORMS": 0,
    } | fields


def test_a_customer_is_changed_under_the_offices_rules(office_client: Client, world: dict[type[Model], Model]) -> None:
    customer = Customer.objects.get(customer_number="7")
    address = page(Customer, "change", customer.pk)
    wrong = send(office_client, address, customer_data(customer, business_id="1234567-8"))
    office = send(
        office_client,
        reverse("customers:edit", args=[customer.pk]),
        customer_data(customer, business_id="1234567-8"),
    )
    sentence = re.findall(r'<ul class="errorlist" id="id_business_id_error"><li>(.*?)</li>', wrong.text)[0]
    assert sentence in office.text
    right = send(office_client, address, customer_data(customer, business_id="01120389", phone="040 555 1234"))
    assert right.status_code == 302
    after = Customer.objects.get(pk=customer.pk)
    assert (after.business_id, after.phone, after.version) == ("0112038-9", "+358405551234", customer.version + 1)


def test_a_customer_that_somebody_changed_meanwhile_is_not_overwritten(
    office_client: Client, world: dict[type[Model], Model]
) -> None:
    customer = Customer.objects.get(customer_number="7")
    address = page(Customer, "change", customer.pk)
    mine = customer_data(customer, city="Turku") | version(office_client, address)
    Customer.objects.filter(pk=customer.pk).update(city="Oulu")
    response = office_client.post(address, mine)
    assert response.status_code == 422
    assert Customer.objects.get(pk=customer.pk).city == "Oulu"


def test_the_day_that_a_customer_closes_is_not_changed_in_the_admin(office: User, office_client: Client) -> None:
    customer = factories.customer()
    close_customer(customer, date(2026, 3, 1), by=office)
    customer.refresh_from_db()
    data = customer_data(customer, closed_on="", name="Uusi nimi Oy")
    assert send(office_client, page(Customer, "change", customer.pk), data).status_code == 302
    after = Customer.objects.get(pk=customer.pk)
    assert (after.name, after.closed_on) == ("Uusi nimi Oy", date(2026, 3, 1))


def test_a_customer_with_folders_is_not_deleted_and_another_is(
    office_client: Client, world: dict[type[Model], Model]
) -> None:
    busy, idle = world[Customer], factories.customer()
    response = office_client.post(page(Customer, "delete", busy.pk), {"post": "yes"})
    assert said(response) == [translated("Folders or work orders refer to the customer. Close it instead.")]
    office_client.post(page(Customer, "delete", idle.pk), {"post": "yes"})
    assert list(Customer.objects.filter(pk__in=[busy.pk, idle.pk])) == [busy]


def test_a_contact_is_given_to_a_customer_in_the_admin(office_client: Client, world: dict[type[Model], Model]) -> None:
    customer, contact = factories.customer(), Contact.objects.create(name="Väinö")
    link = {"contact_links-TOTAL_FORMS": 1, "contact_links-0-contact": contact.pk, "contact_links-0-role": "site"}
    send(office_client, page(Customer, "change", customer.pk), customer_data(customer, **link))
    assert list(customer.contact_links.values_list("contact", "role")) == [(contact.pk, "site")]


def test_a_done_task_keeps_its_state_day_and_place_whatever_is_sent(
    office_client: Client, world: dict[type[Model], Model]
) -> None:
    task = Task.objects.get(pk=world[Task].pk)
    data = {"name": "Muu nimi", "description": "", "role": task.role_id, "due_on": "2026-01-20"}
    sent = data | {"state": "open", "done_on": "", "minutes": "999", "spot": "", "folder": ""}
    assert send(office_client, page(Task, "change", task.pk), sent).status_code == 302
    after = Task.objects.get(pk=task.pk)
    assert (after.name, after.search_key, after.due_on) == ("Muu nimi", "muu nimi", date(2026, 1, 20))
    assert (after.state, after.done_on, after.minutes, after.spot, after.folder) == (
        *(task.state, task.done_on, task.minutes, task.spot, task.folder),
    )


@pytest.mark.parametrize("model", [Task, ServiceRequest, WorkOrder])
def test_recorded_work_is_not_deleted(
    office_client: Client, world: dict[type[Model], Model], model: type[Model]
) -> None:
    assert office_client.post(page(model, "delete", world[model].pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=world[model].pk).exists()


def test_a_work_orders_customer_is_not_changed_in_the_admin(
    office_client: Client, world: dict[type[Model], Model]
) -> None:
    order = WorkOrder.objects.get(pk=world[WorkOrder].pk)
    data = {"name": "Kattoremontti", "customer_order_number": "PO-1", "customer": factories.customer().pk}
    assert send(office_client, page(WorkOrder, "change", order.pk), data).status_code == 302
    after = WorkOrder.objects.get(pk=order.pk)
    assert (after.name, after.customer_order_number, after.customer) == ("Kattoremontti", "PO-1", order.customer)


def test_a_kind_with_requests_stays(office_client: Client, world: dict[type[Model], Model]) -> None:
    kind = world[ServiceRequestKind]
    office_client.post(page(ServiceRequestKind, "delete", kind.pk), {"post": "yes"})
    assert ServiceRequestKind.objects.filter(pk=kind.pk).exists()


# ---- users and roles -------------------------------------------------------------------------------------------------


def test_a_user_is_made_with_the_e_mail_for_a_log_in(office_client: Client) -> None:
    password = {"password1": "pitkä-salasana-9", "password2": "pitkä-salasana-9", "usable_password": "true"}
    data = {"email": "Uusi@Spotilla.Example", "first_name": "Uusi", "last_name": "", "language": "sv"} | password
    assert office_client.post(page(User, "add"), data).status_code == 302
    user = User.objects.get(email="uusi@spotilla.example")
    assert (user.language, user.check_password("pitkä-salasana-9")) == ("sv", True)
    assert office_client.get(reverse("admin:auth_user_password_change", args=[user.pk])).status_code == 200


def test_who_may_change_users_cannot_raise_his_own_rights(world: dict[type[Model], Model]) -> None:
    client = staff("vastaava@spotilla.example", "accounts.view_user", "accounts.change_user")
    user = User.objects.get(email="vastaava@spotilla.example")
    data = {"email": user.email, "first_name": "Uusi", "last_name": "", "language": "fi", "is_active": "on"}
    raised = {"is_superuser": "on", "is_staff": "on", "groups": factories.role("Toimisto").pk}
    assert client.post(page(User, "change", user.pk), data | raised).status_code == 302
    user.refresh_from_db()
    assert (user.first_name, user.is_superuser, list(user.groups.all())) == ("Uusi", False, [])


def test_a_role_is_made_as_a_role(office_client: Client) -> None:
    assert office_client.post(page(Role, "add"), {"name": "Sähkö"}).status_code == 302
    assert Role.objects.filter(name="Sähkö").exists()
    assert Role.objects.count() == Group.objects.count()


def test_a_role_that_has_work_is_not_deleted(office_client: Client, world: dict[type[Model], Model]) -> None:
    office_client.post(page(Role, "delete", world[Role].pk), {"post": "yes"})
    assert Role.objects.filter(pk=world[Role].pk).exists()

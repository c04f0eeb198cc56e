"""Customers, their contacts, the folders attached to them, and the coverage that follows from all of it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Trim
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.business_id import has_its_check_digit
from customers.querysets import (
    AttachmentQuerySet,
    ChangeQuerySet,
    ContactQuerySet,
    CoverageQuerySet,
    CustomerContactQuerySet,
    CustomerQuerySet,
)
from folders.days import Dated, since_within_reach, until_within_reach
from folders.models import Folder, Operation
from folders.names import SearchKeyField, SortKeyField
from spotilla.checked import Checked
from spotilla.days import END_OF_DAYS, OUT_OF_REACH, within_reach
from spotilla.text_fields import TextModel

E164 = r"^\+[1-9][0-9]{4,14}$"
BUSINESS_ID_TAKEN = _(
    "This business ID is another customer's, perhaps a closed one's. For the divisions of a city, leave it empty."
)


class Customer(TextModel):
    """Who collects the work of folders: an outside one, who is billed, or an internal one."""

    class Type(models.TextChoices):
        COMPANY = "company", _("Company")
        PERSON = "person", _("Private person")
        HOUSING = "housing", _("Housing company")
        PUBLIC = "public", _("Public body")
        ORGANISATION = "organisation", _("Organisation")
        COST_CENTRE = "cost_centre", _("Cost centre")

    name = models.CharField(_("name"), max_length=200)
    customer_type = models.CharField(_("customer type"), max_length=12, choices=Type, default=Type.COMPANY)
    business_id = models.CharField(_("business ID"), max_length=9, blank=True)
    customer_number = models.CharField(_("customer number"), max_length=50, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    street = models.CharField(_("street address"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, default="FI")
    billing_street = models.CharField(_("billing address"), max_length=200, blank=True)
    billing_postcode = models.CharField(_("billing postcode"), max_length=20, blank=True)
    billing_city = models.CharField(_("billing city"), max_length=100, blank=True)
    einvoice_address = models.CharField(_("e-invoice address"), max_length=50, blank=True)
    einvoice_operator = models.CharField(_("e-invoice operator"), max_length=50, blank=True)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    payment_term_days = models.PositiveSmallIntegerField(
        _("payment term (days)"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    notes = models.TextField(_("notes"), blank=True)
    closed_on = models.DateField(_("closed from"), null=True, blank=True, editable=False)  # the first day without it
    version = models.PositiveIntegerField(default=1, editable=False)  # raised by a trigger at every write
    sort_key = SortKeyField()
    search_key = SearchKeyField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["sort_key", "id"], name="customer_order"),
            models.Index(fields=["search_key"], name="customer_name"),  # thousands of names at once, of an import
            models.Index(fields=["city", "sort_key", "id"], name="customer_in_city"),
            models.Index(fields=["customer_type", "sort_key", "id"], name="customer_of_type"),
            models.Index(fields=["business_id", "sort_key", "id"], name="customer_by_business_id"),
            models.Index(fields=["closed_on"], name="customer_closed", condition=Q(closed_on__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(name=Trim("name")) & ~Q(name=""),
                name="customer_name_not_empty",
                violation_error_message=_("A customer has a name, with no spaces at its ends."),
            ),
            models.CheckConstraint(
                condition=Q(
                    customer_type__in=["company", "person", "housing", "public", "organisation", "cost_centre"]
                ),
                name="customer_type_known",
                violation_error_message=_("The customer type is none of the types."),
            ),
            # One spelling only, so that "unique" holds against every other way of writing the same ID.
            models.CheckConstraint(
                condition=Q(business_id="") | Q(business_id__regex=r"^[0-9]{7}-[0-9]$"),
                name="customer_business_id_spelling",
                violation_error_message=_("A business ID is written 1234567-1."),
            ),
            models.CheckConstraint(
                condition=Q(business_id="") | Q(has_its_check_digit("business_id")),
                name="customer_business_id_check_digit",
                violation_error_message=_("The check digit does not match."),
            ),
            models.UniqueConstraint(
                fields=["business_id"],
                condition=~Q(business_id=""),
                name="customer_business_id_unique",
                violation_error_message=BUSINESS_ID_TAKEN,
            ),
            models.UniqueConstraint(
                fields=["customer_number"],
                condition=~Q(customer_number=""),
                name="customer_number_unique",
                violation_error_message=_("This customer number is another customer's."),
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=E164),
                name="customer_phone_spelling",
                violation_error_message=_("A phone number is kept with its country code, such as +358401234567."),
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"),
                name="customer_country_spelling",
                violation_error_message=_("A country is kept as its two-letter code, such as FI."),
            ),
            models.CheckConstraint(
                condition=Q(payment_term_days=None) | Q(payment_term_days__lte=365),
                name="customer_payment_term_within_a_year",
                violation_error_message=_("The payment term is a whole number of days, 0–365."),
            ),
            models.CheckConstraint(
                condition=within_reach("closed_on"),
                name="customer_closed_within_reach",
                violation_error_message=OUT_OF_REACH,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_closed(self, day: date | None = None) -> bool:
        return self.closed_on is not None and self.closed_on <= (day or timezone.localdate())


class Contact(TextModel):
    """A person; serves any number of customers, with a role for each."""

    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(
        _("phone"), max_length=16, blank=True, validators=[RegexValidator(E164, _("This is not a phone number."))]
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    sort_key = SortKeyField()
    search_key = SearchKeyField()
    customers: models.ManyToManyField[Customer, CustomerContact] = models.ManyToManyField(
        Customer, through="CustomerContact", related_name="contacts"
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["sort_key", "id"], name="contact_order"),
            models.Index(fields=["email"], name="contact_email"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(name=Trim("name")) & ~Q(name=""),
                name="contact_name_not_empty",
                violation_error_message=_("A contact has a name, with no spaces at its ends."),
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=E164),
                name="contact_phone_spelling",
                violation_error_message=_("A phone number is kept with its country code, such as +358401234567."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerContact(Checked):
    """A contact serves a customer in a role; in several roles by several rows."""

    class Role(models.TextChoices):
        BILLING = "billing", _("billing")
        CONTRACT = "contract", _("contract")
        SITE = "site", _("site")
        EMERGENCY = "emergency", _("emergency")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contact_links", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="customer_links", verbose_name=_("contact"))
    role = models.CharField(_("role"), max_length=9, choices=Role, default=Role.CONTRACT)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CustomerContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer's contact")
        verbose_name_plural = _("customers' contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "contact", "role"],
                name="customercontact_once_a_role",
                violation_error_message=_("This contact has that role for the customer already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["billing", "contract", "site", "emergency"]),
                name="customercontact_role_known",
                violation_error_message=_("The role is none of a contact's roles."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} – {self.customer} ({self.get_role_display()})"


class Attachment(Dated):
    """Customer ↔ folder over days. One customer a folder a day (rule 4)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="attachments", verbose_name=_("customer"))
    folder = models.ForeignKey(
        Folder, models.PROTECT, related_name="attachments", verbose_name=_("folder"), db_index=False
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment of a folder")
        verbose_name_plural = _("attachments of folders")
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "since"],
                name="attachment_one_a_day",
                violation_error_message=_("The folder has another customer from that day."),
            ),
            models.CheckConstraint(
                condition=Q(since__lt=F("until")),
                name="attachment_days_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=since_within_reach() & until_within_reach(),
                name="attachment_days_within_reach",
                violation_error_message=OUT_OF_REACH,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} ← {self.folder}"


class Coverage(Dated):
    """Derived: on the days since <= day < until, `attachment` is the rank-th nearest above `folder`; rank 0 owns.

    A customer attached more than once on a path stands here once, by the nearest. customers.sql.rebuild is the
    only writer; `manage.py check_coverage` compares it with one worked out from nothing.
    """

    pk = models.CompositePrimaryKey("folder", "rank", "since")
    folder = models.ForeignKey(Folder, models.DO_NOTHING, related_name="coverage", db_index=False)
    rank = models.SmallIntegerField()
    since = models.DateField()
    until = models.DateField()
    attachment = models.ForeignKey(Attachment, models.DO_NOTHING, related_name="coverage")
    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="coverage", db_index=False)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")
        indexes = [
            models.Index(fields=["folder", "rank", "since", "until", "customer"], name="coverage_report"),
            models.Index(fields=["customer", "rank", "folder", "since", "until"], name="coverage_customer"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(since__lt=F("until")), name="coverage_days_in_order"),
            models.CheckConstraint(condition=Q(rank__gte=0), name="coverage_rank_from_nought"),
            models.CheckConstraint(  # it may begin where an attachment ends
                condition=(since_within_reach() | Q(since=END_OF_DAYS)) & until_within_reach(),
                name="coverage_days_within_reach",
                violation_error_message=OUT_OF_REACH,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.folder_id} {self.rank} {self.customer_id}"

    @property
    def is_owner(self) -> bool:
        """Whether the customer owns what no work order decides."""
        return self.rank == 0


class Change(models.Model):
    """One change of a customer, of a contact or of the link of the two. Triggers write it
    (spotilla.audit_triggers), and refuse to have it changed.

    What it was about may be gone; what it was is then in its last change.
    """

    class Done(models.TextChoices):
        INSERT = "insert", _("added")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("deleted")

    class How(models.TextChoices):
        PAGE = "page", _("page")
        ADMIN = "admin", _("admin")
        IMPORT = "import", _("import")
        COMMAND = "command", _("command")
        UNDO = "undo", _("import undone")

    at = models.DateTimeField(_("time"))
    # No constraints of the database: they would be looked into once more for each row of an import.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("user"),
        db_constraint=False,
        db_index=False,
    )
    how = models.CharField(_("how"), max_length=7, choices=How, blank=True)  # empty: unknown
    operation = models.ForeignKey(
        Operation, models.PROTECT, null=True, related_name="changes", db_constraint=False, db_index=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, null=True, related_name="changes", db_constraint=False, db_index=False
    )
    contact = models.ForeignKey(
        Contact, models.DO_NOTHING, null=True, related_name="changes", db_constraint=False, db_index=False
    )
    link = models.ForeignKey(  # of the customer and the contact, which then stand here too
        CustomerContact, models.DO_NOTHING, null=True, related_name="changes", db_constraint=False, db_index=False
    )
    done = models.CharField(_("what"), max_length=6, choices=Done)
    version = models.PositiveIntegerField()  # of the row after it
    changed = models.JSONField(_("from what to what"))  # {column: [was, is]}; none of a new customer or contact

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a customer")
        verbose_name_plural = _("changes of customers")
        indexes = [
            models.Index(fields=["customer", "id"], name="change_of_customer", condition=Q(customer__isnull=False)),
            models.Index(fields=["contact", "id"], name="change_of_contact", condition=Q(contact__isnull=False)),
            models.Index(fields=["operation"], name="change_by_operation", condition=Q(operation__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.get_done_display()}"

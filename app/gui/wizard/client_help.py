"""How one registers a program at Google and at Microsoft, step by step, as their pages are in 2026."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.core.values import Provider


def tr(text: str) -> str:
    return QCoreApplication.translate("Client", text)


def steps_for(provider: Provider) -> list[str]:
    if provider is Provider.GOOGLE:
        return [
            tr("Open console.cloud.google.com in your browser and make a new project; its name is up to you."),
            tr("Under “APIs & Services › Library”, find “Gmail API” and enable it."),
            tr(
                "Under “Google Auth Platform”, press “Get started”: give a name and your address; choose “Internal” for a "
                "Workspace organisation, otherwise “External”."
            ),
            tr("Under “Data access”, add the scope https://mail.google.com/."),
            tr(
                "With “External”, add your own address under “Audience › Test users”, or publish the program there. As long as it "
                "is in testing, Google asks you to sign in again every seven days."
            ),
            tr("Under “Clients”, create a client of the type “Desktop app”."),
            tr("Copy its client ID and its client secret into Tandem. Google itself says that this secret is none."),
        ]
    return [
        tr("Open entra.microsoft.com in your browser, and there “App registrations › New registration”."),
        tr(
            "Give it a name. Under “Supported account types” choose who may sign in; for private Outlook.com accounts it must be "
            "“Accounts in any organizational directory and personal Microsoft accounts”."
        ),
        tr("Under “Redirect URI” choose “Public client/native (mobile & desktop)” and enter http://localhost."),
        tr(
            "Under “API permissions › Add a permission › APIs my organization uses”, find “Office 365 Exchange Online” and add the "
            "delegated permissions IMAP.AccessAsUser.All and SMTP.Send."
        ),
        tr("Under “Authentication”, set “Allow public client flows” to “Yes”."),
        tr(
            "Copy the “Application (client) ID” into Tandem; if only your organisation may sign in, copy the “Directory (tenant) "
            "ID” as the tenant, too."
        ),
    ]

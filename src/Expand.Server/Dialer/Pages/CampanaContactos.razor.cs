using System.Globalization;
using Expand.Server.Platform.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using MudBlazor;

namespace Expand.Server.Dialer.Pages;

/// <summary>Supervisión / Campañas / a campaign / Contactos: found, ordered, page by page; each opened in a dialog.</summary>
public partial class CampanaContactos
{
    private const int PageRows = 50;

    /// <summary>Pages further back are for exports: a million rows are nothing to leaf through.</summary>
    private const int MostPages = 200_000;

    private List<Contact> rows = [];
    private long total;
    private bool searching;
    private string text = "";
    private string? asked;
    private bool opened;

    /// <summary>A part of name or number.</summary>
    [SupplyParameterFromQuery(Name = "texto")]
    public string? Like { get; set; }

    /// <summary>Only contacts in this state.</summary>
    [SupplyParameterFromQuery(Name = "estado")]
    public string? State { get; set; }

    /// <summary>What they are ordered by; with a hyphen before it from the last to the first.</summary>
    [SupplyParameterFromQuery(Name = "orden")]
    public string? Order { get; set; }

    /// <summary>The page, from 1 on.</summary>
    [SupplyParameterFromQuery(Name = "pagina")]
    public int? Number { get; set; }

    /// <summary>The contact to open.</summary>
    [SupplyParameterFromQuery(Name = "contacto")]
    public long? Opened { get; set; }

    private int Current => Math.Clamp(Number ?? 1, 1, MostPages);

    private int First => (Current - 1) * PageRows;

    private string Sorted => (Order ?? "alta").TrimStart('-');

    private bool IsDescending => Order?.StartsWith('-') == true;

    private (string Name, string Title)[] Columns =>
    [
        ("nombre", Texts["name"]), ("numero", Texts["numcall"]), ("", Texts["externalid"]), ("estado", Texts["state"]), ("", Texts["attempts"]), ("", Texts["last"]),
    ];

    /// <summary>To the minute.</summary>
    private string Short(DateTimeOffset at) => Time.Format(at)[..16];

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var question = Address();
        if (asked is not null && asked != question)
        {
            searching = true;
            await ReloadAsync();
            searching = false;
        }

        (asked, text) = (question, Like ?? "");
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (opened || !Loaded || Opened is not { } id || View is null) return;
        opened = true;
        if (await Desk.ContactAsync(Id, id, Leaving) is { } contact) await OpenAsync(contact);
        else Notices.Add(Texts["missing"], Severity.Warning);
    }

    private protected override async Task LoadMoreAsync(CancellationToken ct)
    {
        var filter = new ContactFilter(Id)
        {
            Like = Like?.Trim(),
            State = Enum.TryParse<ContactState>(State, out var state) && Enum.IsDefined(state) ? state : null,
            Order = Sorted switch { "nombre" => ContactOrder.Name, "numero" => ContactOrder.Numcall, "estado" => ContactOrder.StateAt, _ => ContactOrder.Id },
            Descending = IsDescending,
            Start = First,
            Limit = PageRows,
        };
        if (await Contacts.ReadAsync(filter, ct) is not { } found) return;
        await using (found)
        {
            var read = new List<Contact>();
            await foreach (var contact in found.ReadAsync(ct)) read.Add(contact);
            (rows, total) = (read, found.Total);
        }
    }

    /// <summary>What is searched for in a million names is not searched anew every two seconds.</summary>
    protected override Task UntilNextAsync(CancellationToken ct) => Task.Delay(TimeSpan.FromSeconds(string.IsNullOrEmpty(Like) ? 3 : 15), Clock, ct);

    private string Address(string? state = null, int? page = null, string? order = null, string? like = null)
    {
        (string Name, string? Value)[] all =
        [
            ("texto", like ?? Like), ("estado", state ?? State), ("orden", order ?? Order),
            ("pagina", (page ?? Current) is > 1 and var number ? number.ToString(CultureInfo.InvariantCulture) : null),
        ];
        return QueryHelpers.AddQueryString(
            CampaignAddresses.Of(Id, "contactos"), all.Where(q => !string.IsNullOrEmpty(q.Value)).Select(q => KeyValuePair.Create(q.Name, q.Value)));
    }

    private string SortAddress(string name) => Address(page: 1, order: Sorted == name && !IsDescending ? "-" + name : name);

    private Task GoAsync(int page)
    {
        Navigation.NavigateTo(Address(page: page, like: text));
        return Task.CompletedTask;
    }

    /// <summary>As it is typed; once a pause is made, and without a step back for every letter.</summary>
    private async Task SearchAsync(string typed)
    {
        text = typed;
        await Task.Delay(TimeSpan.FromMilliseconds(300), Clock, Leaving);
        if (text == typed && typed != (Like ?? "")) Navigation.NavigateTo(Address(page: 1, like: typed), replace: true);
    }

    private async Task AddAsync()
    {
        var parameters = new DialogParameters<ContactEditDialog> { { d => d.Draft, ContactDraft.New(Id) } };
        var dialog = await Dialogs.ShowAsync<ContactEditDialog>(Texts["new"], parameters, Asking.Form);
        if (await dialog.Result is { Canceled: false, Data: string name }) Notices.Add(Texts["added", name], Severity.Success);
        await ReloadAsync();
    }

    private async Task OpenAsync(Contact contact)
    {
        var parameters = new DialogParameters<ContactDialog> { { d => d.Campaign, Id }, { d => d.Contact, contact.Id } };
        var options = Asking.Form with { MaxWidth = MaxWidth.Medium, BackdropClick = true, DefaultFocus = DefaultFocus.FirstChild };
        var dialog = await Dialogs.ShowAsync<ContactDialog>(contact.Name, parameters, options);
        await dialog.Result;
        await ReloadAsync();
    }
}

using System.Globalization;
using System.Text;

namespace Expand.Server.Forms.Pages;

/// <summary>A form as an administrator writes it. Public because components are.</summary>
public sealed class FormDraft
{
    /// <summary>What the API knows it by.</summary>
    public string Name { get; set; } = "";

    /// <summary>What agents read above it.</summary>
    public string Title { get; set; } = "";

    /// <summary>The queues whose calls it can be filled in for.</summary>
    public IReadOnlyCollection<string> Queues { get; set; } = [];

    /// <summary>Its fields, in their order.</summary>
    public List<FieldDraft> Fields { get; } = [];

    internal FormDefinition Definition => new()
    {
        Name = Name.Trim(),
        Title = Title.Trim(),
        Queues = [.. Queues],
        Fields = [.. Fields.Select(f => f.Field)],
    };

    internal static FormDraft Of(DynamicForm form)
    {
        var draft = new FormDraft { Name = form.Name, Title = form.Title, Queues = form.Queues };
        draft.Fields.AddRange(form.FieldList.Select(FieldDraft.Of));
        return draft;
    }

    /// <summary>A name for a field with that label: what is left of it in a name's letters, and not one that another field has.</summary>
    internal string NameFor(FieldDraft field)
    {
        var name = new StringBuilder();
        foreach (var c in field.Label.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            if (char.IsAsciiLetterOrDigit(c)) name.Append(char.ToLowerInvariant(c));
            else if (name.Length > 0 && name[^1] != '_') name.Append('_');
        }

        var stem = name.ToString().TrimEnd('_');
        if (stem.Length == 0) return "";
        if (!char.IsAsciiLetter(stem[0])) stem = "campo_" + stem;
        stem = stem[..Math.Min(stem.Length, FormDefinition.NameLength - 4)];
        return Enumerable.Range(1, FormDefinition.MostFields + 1).Select(n => n == 1 ? stem : $"{stem}_{n}").First(n => Fields.All(f => f == field || f.Name != n));
    }
}

/// <summary>A field as an administrator writes it.</summary>
public sealed class FieldDraft
{
    /// <summary>What the agent reads beside it.</summary>
    public string Label { get; set; } = "";

    /// <summary>What its values are called.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether the name is somebody's choice, and not what the label proposes.</summary>
    public bool IsNamed { get; set; }

    /// <summary>What it takes.</summary>
    public FormFieldKind Kind { get; set; }

    /// <summary>Whether an entry must have a value of it.</summary>
    public bool Required { get; set; }

    /// <summary>Whether an entry may have more than one.</summary>
    public bool Several { get; set; }

    /// <summary>What may be chosen.</summary>
    public List<OptionDraft> Options { get; } = [];

    internal FormField Field => new()
    {
        Name = Name.Trim(),
        Label = Label.Trim(),
        Kind = Kind,
        Required = Required,
        Several = Several,
        Options = Kind == FormFieldKind.Choice ? [.. Options.Where(o => !o.IsEmpty).Select(o => o.Option)] : null,
    };

    internal static FieldDraft Of(FormField field)
    {
        var draft = new FieldDraft
        {
            Label = field.Label ?? "",
            Name = field.Name ?? "",
            IsNamed = true,
            Kind = field.Kind,
            Required = field.Required,
            Several = field.Several,
        };
        draft.Options.AddRange((field.Options ?? []).Select(o => new OptionDraft { Value = o.Value ?? "", Label = o.Label ?? "" }));
        return draft;
    }
}

/// <summary>An option as an administrator writes it.</summary>
public sealed class OptionDraft
{
    /// <summary>What the agent reads; empty: the value.</summary>
    public string Label { get; set; } = "";

    /// <summary>What entries keep; empty: the label.</summary>
    public string Value { get; set; } = "";

    internal bool IsEmpty => Label.Trim().Length == 0 && Value.Trim().Length == 0;

    internal FormOption Option => new()
    {
        Value = Value.Trim().Length > 0 ? Value.Trim() : Label.Trim(),
        Label = Label.Trim().Length > 0 && Value.Trim().Length > 0 ? Label.Trim() : null,
    };
}

namespace Expand.Server.Forms.Pages;

/// <summary>A call that forms are filled in for, as whoever shows it knows it.</summary>
/// <param name="Number">The contract's idcall.</param>
/// <param name="UniqueId">The call's Uniqueid in the PBX.</param>
/// <param name="Leg">The agent's channel in it.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Device">The agent's device.</param>
/// <param name="SessionId">The agent's session.</param>
/// <param name="Kept">What is kept with a draft, to show the call again after it is over: JSON.</param>
public sealed record FormCall(long Number, string UniqueId, string Leg, string Queue, string Device, string SessionId, string Kept);

/// <summary>The recorded part of a call that an entry names.</summary>
/// <param name="File">The entry's <c>audio_filename</c>; empty where nothing was recorded.</param>
/// <param name="Chunk">The entry's <c>call_chunk</c>; empty likewise.</param>
public sealed record FormPart(string File, string Chunk)
{
    /// <summary>Nothing was recorded.</summary>
    public static readonly FormPart None = new("", "");
}

/// <summary>A form of a call, for whatever stands beside it.</summary>
public interface IFormOfCall
{
    /// <summary>The form's name.</summary>
    string Name { get; }

    /// <summary>What agents read above it.</summary>
    string Title { get; }

    /// <summary>Whether an entry is saved: its recording is named in it, and is no other one any more.</summary>
    bool IsSaved { get; }
}

/// <summary>A form before an agent: what is typed, what is wrong with it, and what was saved.</summary>
internal sealed class OpenForm(DynamicForm form) : IFormOfCall
{
    public string Name => form.Name;

    public string Title => form.Title;

    public bool IsSaved => Entry is not null;

    public DynamicForm Form => form;

    public IReadOnlyList<FormField> Fields { get; } = form.FieldList;

    public Dictionary<string, List<string>> Values { get; set; } = [];

    public IReadOnlyDictionary<string, string> Errors { get; set; } = new Dictionary<string, string>();

    /// <summary>What was saved; null: nothing yet.</summary>
    public FormEntry? Entry { get; set; }

    /// <summary>Whether what was saved is being corrected.</summary>
    public bool Correcting { get; set; }

    /// <summary>What was typed before was found again.</summary>
    public bool Recovered { get; set; }

    /// <summary>A refusal of no field.</summary>
    public Platform.Failure? Failure { get; set; }

    public bool Saving { get; set; }

    /// <summary>Whether something can be typed.</summary>
    public bool IsOpen => Entry is null || Correcting;

    /// <summary>What is typed, as the use case takes it.</summary>
    public Dictionary<string, IReadOnlyList<string>> Given => Values.ToDictionary(v => v.Key, v => (IReadOnlyList<string>)v.Value);

    /// <summary>Takes the refusal apart: rules beside their fields, anything else above the form.</summary>
    public void Refuse(Platform.Failure failure)
    {
        Errors = failure.Fields?.ToDictionary(f => f.Key, f => f.Value[0]) ?? [];
        Failure = failure.Fields is null ? failure : null;
    }

    /// <summary>Begins the correction of what was saved.</summary>
    public void Correct()
    {
        Values = FormData.Read(Entry!.Data).ToDictionary(v => v.Key, v => v.Value.Select(value => value.Value).ToList());
        (Correcting, Errors, Failure) = (true, new Dictionary<string, string>(), null);
    }
}

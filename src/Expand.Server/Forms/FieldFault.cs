namespace Expand.Server.Forms;

/// <summary>What is said of a field of a definition that breaks a rule. Pages know each by its text and say it in the visitor's language.</summary>
internal static class FieldFault
{
    public const string Name = "its name has 1 to 64 letters without accents, digits and _, and begins with a letter";
    public const string OptionTwice = "an option's value stands more than once";

    private const string Twice = "stands more than once";

    public static readonly string Label = $"its label takes 1 to {FormDefinition.TextLength} characters, none of them a control character";
    public static readonly string Options = $"a choice has 1 to {FormDefinition.MostOptions} options";
    public static readonly string Option = $"an option takes 1 to {FormDefinition.TextLength} characters, none of them a control character";

    public static string NameTwice(string name) => $"the name {name} {Twice}";

    /// <summary>Whether a rule is that a name stands more than once.</summary>
    public static bool IsNameTwice(string rule) => rule.EndsWith(Twice, StringComparison.Ordinal) && rule != OptionTwice;
}

namespace Expand.Server.Forms;

/// <summary>What is said of a value that its field does not take. Pages know each by its text and say it in the visitor's language.</summary>
internal static class FormRule
{
    /// <summary>Characters of a text at most.</summary>
    public const int LongestText = 4000;

    /// <summary>Values of a field at most, where it takes several.</summary>
    public const int MostValues = 50;

    public const string Required = "is required";
    public const string OneValue = "takes one value";
    public const string Number = "takes a number such as 12 or 12.50";
    public const string Date = "takes a date YYYY-MM-DD";
    public const string Option = "takes one of its options";
    public const string Unknown = "is not a field of this form";

    public static readonly string Values = $"takes {MostValues} values at most";
    public static readonly string Text = $"takes {LongestText} characters at most, none of them a control character";
}

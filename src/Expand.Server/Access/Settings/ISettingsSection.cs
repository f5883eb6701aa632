using Expand.Server.Platform;

namespace Expand.Server.Access.Settings;

/// <summary>
/// Settings of one subject that an administrator may change while the server runs; where none is stored, those of the configuration's section of the
/// same name are in force. A record with a default for every property; what is secret bears <see cref="SecretAttribute"/>.
/// </summary>
internal interface ISettingsSection
{
    /// <summary>The section's name: in the configuration (<c>Sms</c>), in the database and in the audit log.</summary>
    static abstract string Section { get; }

    /// <summary>The first rule that a value breaks; null where none is broken. The field is the property's name.</summary>
    Failure? Validate();
}

/// <summary>A text that is stored encrypted, and never shown nor written to the audit log or a log file.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;

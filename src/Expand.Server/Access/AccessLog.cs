namespace Expand.Server.Access;

internal static partial class AccessLog
{
    [LoggerMessage(2001, LogLevel.Information, "{Count} authorized keys in force")]
    public static partial void KeysLoaded(this ILogger log, int count);

    [LoggerMessage(2002, LogLevel.Warning, "What keys and credentials were used for waits for the database: {Reason}")]
    public static partial void UsageDelayed(this ILogger log, string reason);

    [LoggerMessage(2004, LogLevel.Information, "{Action}: key {Id} ({Prefix}…) by {Actor}")]
    public static partial void KeyChanged(this ILogger log, string action, int id, string prefix, string actor);

    [LoggerMessage(2005, LogLevel.Information, "{Operation} refused to key {Prefix}… from {Address}: {Refusal}")]
    public static partial void KeyRefused(this ILogger log, string operation, string prefix, string? address, KeyRefusal refusal);

    [LoggerMessage(2006, LogLevel.Warning, "{Count} audit lines wait for the database: {Reason}")]
    public static partial void AuditDelayed(this ILogger log, int count, string reason);

    [LoggerMessage(2007, LogLevel.Information, "First start: administrator {Admin}, a key and an API credential made")]
    public static partial void FirstStartDone(this ILogger log, string admin);

    [LoggerMessage(2008, LogLevel.Warning, "Keys, credentials, users, queues and pause reasons cannot be refreshed, those known stay: {Reason}")]
    public static partial void CopiesOutOfReach(this ILogger log, string reason);

    [LoggerMessage(2009, LogLevel.Information, "Keys, credentials, users, queues and pause reasons are refreshed again")]
    public static partial void CopiesReachableAgain(this ILogger log);

    [LoggerMessage(2010, LogLevel.Information, "{Action}: user {Id} ({Username}) by {Actor}")]
    public static partial void UserChanged(this ILogger log, string action, int id, string username, string actor);

    [LoggerMessage(2011, LogLevel.Information, "{Count} API credentials in force")]
    public static partial void CredentialsLoaded(this ILogger log, int count);

    [LoggerMessage(2012, LogLevel.Information, "{Action}: API credential {Id} ({Username}) by {Actor}")]
    public static partial void CredentialChanged(this ILogger log, string action, int id, string username, string actor);

    [LoggerMessage(2013, LogLevel.Information, "{Method} {Path} refused to API credential {Name} from {Address}: {Refusal}")]
    public static partial void CredentialRefused(this ILogger log, string method, string path, string name, string? address, CredentialRefusal refusal);

    [LoggerMessage(2014, LogLevel.Warning, "Too many failures: API credential {Name} from {Address} is refused for {Minutes} minutes")]
    public static partial void GuessingLocked(this ILogger log, string name, string? address, int minutes);

    [LoggerMessage(2015, LogLevel.Warning, "Sessions cannot be checked and stand as they are: {Reason}")]
    public static partial void StampsOutOfReach(this ILogger log, string reason);

    [LoggerMessage(2016, LogLevel.Warning, "{Count} requests are not in the inspector: {Reason}")]
    public static partial void InspectionsLost(this ILogger log, int count, string reason);

    [LoggerMessage(2017, LogLevel.Warning, "A request of {Path} cannot be shown in the inspector")]
    public static partial void InspectionUnread(this ILogger log, Exception failure, string path);

    [LoggerMessage(2018, LogLevel.Warning, "Old requests stay in the inspector for now: {Reason}")]
    public static partial void InspectionsUnswept(this ILogger log, Exception? failure, string reason);

    [LoggerMessage(2019, LogLevel.Warning, "A secret of the installation's settings cannot be decrypted: it is to be given anew")]
    public static partial void SecretUnreadable(this ILogger log);
}

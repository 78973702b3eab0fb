namespace MtaSts.Web.Accounts;

/// <summary>Claims of a session's principal in addition to its actor.</summary>
public static class SessionClaims
{
    /// <summary>The session's id in the account's list of sessions.</summary>
    public const string Session = "mtasts:session";
}

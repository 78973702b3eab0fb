namespace MtaSts.Web.Accounts;

/// <summary>What a session's principal says beside name and id.</summary>
public static class SessionClaims
{
    /// <summary>Id of the workspace the session works in.</summary>
    public const string Workspace = "mtasts:workspace";

    /// <summary>The session's own id: what the account's list of sessions is asked for.</summary>
    public const string Session = "mtasts:session";

    /// <summary>The role of those who run the service.</summary>
    public const string Administrator = "administrator";
}

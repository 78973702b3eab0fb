namespace MtaSts.Host.Bootstrap;

/// <summary>Objects created once in a store, at its first start. Section <c>Bootstrap</c>.</summary>
internal sealed class BootstrapOptions
{
    /// <summary>The administrator's e-mail address.</summary>
    public string Email { get; set; } = "admin@localhost";

    /// <summary>The administrator's password; if it is not set, it is generated and shown once.</summary>
    public string? Password { get; set; }

    /// <summary>A token for the API; at least <see cref="Grains.ApiTokens.MinLength"/> characters. If it is not set, no token is created.</summary>
    public string? ApiToken { get; set; }

    /// <summary>Name of the workspace.</summary>
    public string Workspace { get; set; } = "My domains";

    /// <summary>
    /// Creates the administrator and the workspace again if they are missing, even if this store has had them: restores the operator's access after
    /// the last account was deleted. Default false: deleted objects are not created again at the next start.
    /// </summary>
    public bool Again { get; set; }
}

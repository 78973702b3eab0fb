using MtaSts.Grains;

namespace MtaSts.Application;

/// <summary>Kinds of actors. A closed set.</summary>
public enum ActorKind
{
    /// <summary>A member of the workspace, signed in.</summary>
    Account,

    /// <summary>A program of the workspace.</summary>
    ApiToken,

    /// <summary>The service itself.</summary>
    System,

    /// <summary>The operator of the service: an administrator account, or a token of the operator's workspace.</summary>
    Operator,
}

/// <summary>The caller of a command or query, and its permissions.</summary>
public sealed record Actor
{
    private Actor(ActorKind kind, string workspaceId, string name, IReadOnlySet<string> permissions) => (Kind, WorkspaceId, Name, Permissions) = (kind, workspaceId, name, permissions);

    public ActorKind Kind { get; }

    /// <summary>The workspace it acts in; it has access to no other.</summary>
    public string WorkspaceId { get; }

    /// <summary>Its name in histories: an e-mail address, or <c>API token</c> and the token's name.</summary>
    public string Name { get; }

    /// <summary>See <see cref="Application.Permissions"/>.</summary>
    public IReadOnlySet<string> Permissions { get; internal init; }

    /// <summary>A session.</summary>
    public static Actor Account(string workspaceId, string email, bool isAdministrator = false) => isAdministrator
        ? new(ActorKind.Operator, workspaceId, email, Application.Permissions.OfAdministrator)
        : new(ActorKind.Account, workspaceId, email, Application.Permissions.OfMember);

    public static Actor ApiToken(string workspaceId, string name) => workspaceId == OperatorWorkspace
        ? new(ActorKind.Operator, workspaceId, "API token " + name, Application.Permissions.OfOperatorToken)
        : new(ActorKind.ApiToken, workspaceId, "API token " + name, Application.Permissions.OfToken);

    /// <summary>The service itself, for actions without a user.</summary>
    public static Actor System(string workspaceId, string name) => new(ActorKind.System, workspaceId, name, Application.Permissions.OfSystem);

    /// <summary>The workspace of the operator, created at the first start.</summary>
    public const string OperatorWorkspace = GrainKeys.OperatorWorkspace;

    /// <summary>Null when the actor has the permission.</summary>
    public Refusal? Lacks(string permission) => Permissions.Contains(permission) ? null : new(RefusalCodes.Forbidden, $"{Name} lacks the permission {permission}.");
}

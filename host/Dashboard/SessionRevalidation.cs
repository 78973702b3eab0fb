using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;

namespace MtaSts.Host.Dashboard;

/// <summary>Ends an open page's session when the account was deleted or its password changed elsewhere.</summary>
internal sealed partial class SessionRevalidation(IServiceScopeFactory scopes, ILoggerFactory logging) : RevalidatingServerAuthenticationStateProvider(logging)
{
    private readonly ILogger logger = logging.CreateLogger<SessionRevalidation>();

    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(5);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<AccountUser>>();
            return await signIn.ValidateSecurityStampAsync(authenticationState.User) is not null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnavailable(exception);
            return true; // An outage of storage signs nobody out.
        }
    }

    [LoggerMessage(1803, LogLevel.Warning, "A session could not be checked; it goes on")]
    private partial void LogUnavailable(Exception exception);
}

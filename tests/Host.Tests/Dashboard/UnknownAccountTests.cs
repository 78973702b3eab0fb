using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Dashboard.Sessions;
using MtaSts.Host.Dashboard.SignIn;
using MtaSts.Web.Accounts;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

/// <summary>How long a refusal takes, and how it is worded, must not tell whether there is such an account.</summary>
public sealed class UnknownAccountTests
{
    private const string Known = "owner@example.com";

    [Theory]
    [InlineData("nobody@example.com")]
    [InlineData(Known)]
    public async Task SignIn_WrongPasswords_CostOneHashEachAndThenNone(string email)
    {
        var hashes = new CountingHasher();
        var record = new AccountRecord { Id = "us-1", Email = Known, PasswordHash = "x", SecurityStamp = "s" };
        var services = new ServiceCollection();
        services.AddLogging().AddHttpContextAccessor().AddSingleton<IPasswordHasher<AccountUser>>(hashes).AddSingleton(OneAccount.Factory(record));
        services.AddSingleton<TimeProvider>(new FakeTimeProvider()).AddDataProtection();
        services.AddSingleton<SignInThrottle>().AddSingleton<SignInLane>().AddSingleton<DeviceCookie>().AddSingleton<SessionList>().AddSingleton<LiveCircuits>().AddScoped<SignInService>();
        services.AddAuthentication();
        services.AddIdentityCore<AccountUser>().AddUserStore<AccountStore>().AddSignInManager();
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        var signIn = scope.ServiceProvider.GetRequiredService<SignInService>();

        for (var i = 0; i < ISignIn.MaxFailures; i++)
            Assert.Equal(SignInAnswer.Refused, await signIn.SignInAsync(email, "a guess"));
        Assert.Equal(ISignIn.MaxFailures, hashes.Verified);

        Assert.Equal(SignInAnswer.Throttled, await signIn.SignInAsync(email, "a guess"));
        Assert.Equal(ISignIn.MaxFailures, hashes.Verified);
    }

    private sealed class CountingHasher : IPasswordHasher<AccountUser>
    {
        public int Verified { get; private set; }

        public string HashPassword(AccountUser user, string password) => throw new NotSupportedException();

        public PasswordVerificationResult VerifyHashedPassword(AccountUser user, string hashedPassword, string providedPassword)
        {
            Verified++;
            return PasswordVerificationResult.Failed;
        }
    }
}

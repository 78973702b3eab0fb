using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MtaSts.Grains;
using MtaSts.Host.Dashboard;
using MtaSts.Web.Accounts;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

/// <summary>How long a refusal takes must not tell whether there is such an account: each costs one hash.</summary>
public sealed class LockedAccountTests
{
    private const string Known = "owner@example.com";

    [Theory]
    [InlineData("nobody@example.com", false)]
    [InlineData(Known, true)]
    public async Task SignIn_OfNobodyAndOfALockedAccount_CostsOneHashEach(string email, bool isLocked)
    {
        var hashes = new CountingHasher();
        var record = new AccountRecord { Id = "us-1", Email = Known, PasswordHash = "x", SecurityStamp = "s", LockoutEnd = isLocked ? DateTimeOffset.MaxValue : null };
        var services = new ServiceCollection();
        services.AddLogging().AddHttpContextAccessor().AddSingleton<IPasswordHasher<AccountUser>>(hashes).AddSingleton(OneAccount.Factory(record));
        services.AddAuthentication();
        services.AddIdentityCore<AccountUser>().AddUserStore<AccountStore>().AddSignInManager();
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        using var lane = new SignInLane(TimeProvider.System);
        var signIn = new SignInService(
            scope.ServiceProvider.GetRequiredService<SignInManager<AccountUser>>(),
            scope.ServiceProvider.GetRequiredService<UserManager<AccountUser>>(),
            lane,
            scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>(),
            NullLogger<SignInService>.Instance);

        Assert.Equal(SignInAnswer.Refused, await signIn.SignInAsync(email, "a guess"));

        Assert.Equal(1, hashes.Verified);
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

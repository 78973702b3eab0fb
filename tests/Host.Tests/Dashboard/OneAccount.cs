using System.Reflection;
using MtaSts.Grains;

namespace MtaSts.Host.Tests.Dashboard;

/// <summary>Grains of which one is an account, and all others know nothing.</summary>
public class OneAccount : DispatchProxy
{
    private AccountRecord? known;

    public static IGrainFactory Factory(AccountRecord record)
    {
        var factory = Create<IGrainFactory, OneAccount>();
        ((OneAccount)(object)factory).known = record;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        new Account((string)args![0]! == "ac-" + GrainKeys.NormalizedEmail(known!.Email) ? known : null);

    private sealed class Account(AccountRecord? record) : IAccountGrain
    {
        public Task<AccountRecord?> Get() => Task.FromResult(record);

        public Task<AccountRecord?> Read() => Get();

        public Task<bool> BeginSession(AccountSession session) => throw new NotSupportedException();

        public Task EndSession(string idHash) => throw new NotSupportedException();

        public ValueTask<bool> HasSession(string idHash) => throw new NotSupportedException();

        public Task<bool> Put(AccountRecord account) => throw new NotSupportedException();

        public Task Delete() => throw new NotSupportedException();

        public Task Leave(string workspaceId) => throw new NotSupportedException();
    }
}

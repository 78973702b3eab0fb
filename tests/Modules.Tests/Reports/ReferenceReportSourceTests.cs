using MtaSts.Modules.Testing;

namespace MtaSts.Modules.Tests.Reports;

public sealed class ReferenceReportSourceContractTests : ReportSourceContract
{
    protected override Task<ReportSourceScene> SetUpAsync()
    {
        var inbox = new InMemoryInbox();
        var source = new ReferenceReportSource(inbox, TimeProvider.System);
        return Task.FromResult(new ReportSourceScene(source, inbox, (token, mail) => Task.FromResult(source.Put(token, mail)), 1, () => Task.CompletedTask));
    }
}

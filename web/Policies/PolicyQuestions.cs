using MtaSts.Application.Policies;
using MtaSts.Grains;
using MudBlazor;

namespace MtaSts.Web.Policies;

/// <summary>Sets a domain's policy, from the form or from the history, and asks the owner for the required confirmations.</summary>
internal static class PolicyQuestions
{
    /// <param name="take">The command, called with the owner's confirmations.</param>
    /// <param name="uncovered">MX hosts that the policy does not cover.</param>
    /// <returns>The last answer: the refusal when the owner did not confirm.</returns>
    public static async Task<CommandResult<PolicyChanged>> Take(IDialogService dialogs, DomainView view, IReadOnlyList<string> uncovered, Func<PolicyConsent, Task<CommandResult<PolicyChanged>>> take)
    {
        var result = await take(PolicyConsent.None);
        if (result.Refusal is { Code: RefusalCodes.NeedsConfirmation })
        {
            var parameters = new DialogParameters<EnforceDialog> { { dialog => dialog.View, view }, { dialog => dialog.Uncovered, uncovered } };
            if (!await IsMeant(await dialogs.ShowAsync<EnforceDialog>($"Enforce the policy of {view.Name}?", parameters)))
                return result;
            result = await take(PolicyConsent.Enforcing);
        }
        return await IsOverridden(dialogs, result.Refusal) ? await take(PolicyConsent.Override) : result;
    }

    /// <summary>True when the refused change could lose mail, and the owner confirms it.</summary>
    public static async Task<bool> IsOverridden(IDialogService dialogs, Refusal? refusal) =>
        refusal is { Code: RefusalCodes.NeedsOverride }
        && await IsMeant(await dialogs.ShowAsync<OverrideDialog>("This could lose mail", new DialogParameters<OverrideDialog> { { shown => shown.Message, refusal.Message } }));

    /// <summary>True when the owner declined the question, so that the refusal needs no message.</summary>
    public static bool IsDeclined(this Refusal? refusal) => refusal is { Code: RefusalCodes.NeedsOverride or RefusalCodes.NeedsConfirmation };

    private static async Task<bool> IsMeant(IDialogReference dialog) => await dialog.Result is { Canceled: false };
}

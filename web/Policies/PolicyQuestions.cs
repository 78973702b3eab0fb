using MtaSts.Application.Policies;
using MtaSts.Grains;
using MudBlazor;

namespace MtaSts.Web.Policies;

/// <summary>Sets a domain's policy, from the form or from the history, and asks the owner for the required confirmations.</summary>
internal static class PolicyQuestions
{
    /// <param name="proposed">The policy that the command sets.</param>
    /// <param name="take">The command, called with the owner's confirmations, and the reason to enforce a policy that is not ready.</param>
    /// <returns>The last answer: the refusal when the owner did not confirm.</returns>
    public static async Task<CommandResult<PolicyChanged>> Take(IDialogService dialogs, DomainView view, PolicyContent proposed, Func<PolicyConsent, string?, Task<CommandResult<PolicyChanged>>> take)
    {
        var result = await take(PolicyConsent.None, null);
        if (result.Refusal is { Code: RefusalCodes.NeedsConfirmation } begins)
        {
            if (!await IsMeant(await dialogs.ShowAsync<EnforceDialog>($"Enforce the policy of {view.Name}?", new DialogParameters<EnforceDialog> { { shown => shown.Message, begins.Message } })))
                return result;
            result = await take(PolicyConsent.Enforcing, null);
        }
        if (result.Refusal is { Code: RefusalCodes.NotReady } notReady)
        {
            var parameters = new DialogParameters<NotReadyDialog> { { shown => shown.Name, view.Name }, { shown => shown.Proposed, proposed }, { shown => shown.Message, notReady.Message } };
            var dialog = await dialogs.ShowAsync<NotReadyDialog>($"Enforce the policy of {view.Name} although it is not ready?", parameters);
            return await dialog.Result is { Canceled: false, Data: string reason } ? await take(PolicyConsent.Override, reason) : result;
        }
        return await IsOverridden(dialogs, result.Refusal) ? await take(PolicyConsent.Override, null) : result;
    }

    /// <summary>True when the refused change could lose mail, and the owner confirms it.</summary>
    public static async Task<bool> IsOverridden(IDialogService dialogs, Refusal? refusal) =>
        refusal is { Code: RefusalCodes.NeedsOverride }
        && await IsMeant(await dialogs.ShowAsync<OverrideDialog>("This could lose mail", new DialogParameters<OverrideDialog> { { shown => shown.Message, refusal.Message } }));

    /// <summary>True when the owner declined the question, so that the refusal needs no message.</summary>
    public static bool IsDeclined(this Refusal? refusal) => refusal is { Code: RefusalCodes.NeedsOverride or RefusalCodes.NeedsConfirmation or RefusalCodes.NotReady };

    private static async Task<bool> IsMeant(IDialogReference dialog) => await dialog.Result is { Canceled: false };
}

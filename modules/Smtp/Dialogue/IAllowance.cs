namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>The remaining allowance of the client's address: actions in this minute, and memory.</summary>
internal interface IAllowance
{
    /// <summary>Takes one message from the allowance; false when it is used up.</summary>
    bool TakeMessage();

    /// <summary>Whether another recipient is permitted.</summary>
    bool MayGuess { get; }

    /// <summary>Records a recipient that does not exist.</summary>
    void Guessed();

    /// <summary>Takes memory for a message that will then hold the given total; false when the address has reached its limit.</summary>
    bool TryHold(long bytes, long held);

    /// <summary>Releases memory.</summary>
    void Release(long bytes);
}

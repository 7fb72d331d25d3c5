using System.Diagnostics.CodeAnalysis;

namespace Consensus.Engine;

/// <summary>
/// Checks everything about a message that needs no protocol state: signatures, certificates nested in it, limits. Stateless towards the
/// core; safe to use from any number of threads.
/// </summary>
public interface IMessageVerifier
{
    /// <summary>Checks one message.</summary>
    /// <param name="sender">The peer that the transport authenticated.</param>
    /// <param name="message">What it sent.</param>
    /// <param name="defect">What is wrong, if something is.</param>
    /// <returns>Whether the message may reach the core.</returns>
    bool IsValid(NodeId sender, ProtocolMessage message, [NotNullWhen(false)] out string? defect);
}

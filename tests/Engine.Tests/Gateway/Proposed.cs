namespace Consensus.Engine.Tests.Gateway;

/// <summary>A proposal as a core would see it.</summary>
internal sealed record Proposed(Ticket Ticket, CommandKind Kind, RequestId Request, ulong AcknowledgedBelow, byte Body, byte[] Payload)
{
    public static Proposed Of(Proposal proposal)
    {
        Assert.That(CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope), Is.True);
        return new Proposed(proposal.Ticket, envelope.Kind, envelope.Request, envelope.AcknowledgedBelow, envelope.Body.IsEmpty ? (byte)0 : envelope.Body[0], proposal.Payload.ToArray());
    }
}

namespace Consensus.HotStuff.Messages;

/// <summary>The first field of each message. The numbers are part of the protocol; from 64 on they are those that both Byzantine engines have.</summary>
internal enum HotStuffMessageKind : byte
{
    Proposal = 1,
    NodeVote = 2,
    Certified = 3,
    Timeout = 4,
    TermStart = 5,
    Status = 6,
    BranchRequest = 7,
    Branch = 8,
    Anchor = 9,
}

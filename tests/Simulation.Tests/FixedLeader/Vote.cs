using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Simulation.Tests.FixedLeader;

/// <summary>A replica has a log on its disk: this is its last entry. It never has another at that place.</summary>
internal sealed record Vote(LogIndex Index, Digest Chain, Signature Signature, Lsn AfterLsn) : PromiseMessage(AfterLsn);

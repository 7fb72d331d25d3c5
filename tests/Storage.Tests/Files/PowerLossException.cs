namespace Consensus.Storage.Tests.Files;

/// <summary>Power went off. Not an IOException: nobody handles it.</summary>
internal sealed class PowerLossException : Exception;

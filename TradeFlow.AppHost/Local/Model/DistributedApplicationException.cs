namespace Aspire.Hosting;

/// <summary>Something that the person at the keyboard can mend: the message says what and how, so no stack trace is shown.</summary>
public class DistributedApplicationException : Exception
{
    public DistributedApplicationException() { }

    public DistributedApplicationException(string message) : base(message) { }

    public DistributedApplicationException(string message, Exception innerException) : base(message, innerException) { }
}

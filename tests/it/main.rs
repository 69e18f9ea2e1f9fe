//! Native tests over the public interface: golden files, properties, the house rules.

select kernel.protect_accounts('strategies.activations');
